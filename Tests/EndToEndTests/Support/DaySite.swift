import Foundation

/// A small site on two members, `node1` and `node2`: a login, a chat, a stream of events and uploads.
///
/// Its pages are those of `Scripts/day`. What was said is in a file that both members read; the events are the lines
/// of a FIFO.
struct DaySite {
    /// What its pictures begin with.
    let name: String
    /// Whether a login outlives its member.
    let sharesSessions: Bool
    /// The lines of its balancer.
    let balancer: [String]
    /// What the stream tells next.
    let events: Fifo
    private let crashes: [String: @Sendable () throws -> Void]

    /// Kills a member without a chance to say goodbye.
    func crash(_ member: String) throws {
        guard let crash = crashes[member] else { throw HarnessError("there is no \(member)") }
        try crash()
    }

    /// The site in PHP, one script behind all paths as WordPress has it, behind two pools that share their sessions.
    static func php(in folder: TemporaryFolder) throws -> DaySite {
        let data = try folder.makeFolder("data")
        let sessions = try folder.makeFolder("sessions")
        let pools = try ["node1", "node2"].map { try PHPPool(name: $0, sessions: sessions) }
        let members = pools.enumerated().map { index, pool in
            "  node\(index + 1): { url: \"fcgi+\(pool.endpoint)\", max: \(PHPPool.children) }"
        }
        return DaySite(
            name: "php", sharesSessions: true,
            balancer: [
                "fastcgi: { root: \(PythonScript.path("day")), params: { DATA: \(data) } }",
                "affinity: { mode: insert, follow: PHPSESSID }", "members:",
            ] + members,
            events: try Fifo("data/events", in: folder),
            crashes: ["node1": { try pools[0].crash() }, "node2": { try pools[1].crash() }])
    }

    /// The site in JSP, on two Tomcats of which each has its own sessions, by AJP with packets of 64 KiB.
    static func tomcat(in folder: TemporaryFolder) throws -> DaySite {
        let data = try folder.makeFolder("data")
        let site = Tomcat.Site(
            pages: ["day.jsp": try file("day.jsp")], web: { declaration(member: $0, data: data) },
            packetBytes: 64 << 10)
        let tomcats = try Tomcat.start(routes: ["node1", "node2"], site: site)
        let members = tomcats.enumerated().map { index, tomcat in
            "  node\(index + 1): { url: \"\(tomcat.records.memberURL("ajp"))\", secret: \(Tomcat.secret), "
                + "packet-size: 64KiB, ping: 5s }"
        }
        return DaySite(
            name: "tomcat", sharesSessions: false,
            balancer: ["affinity: { cookie: JSESSIONID, parameter: jsessionid }", "members:"] + members,
            events: try Fifo("data/events", in: folder),
            crashes: ["node1": { try tomcats[0].crash() }, "node2": { try tomcats[1].crash() }])
    }

    /// What the application declares: its page is behind all paths, and it is told who it is and where its data are.
    private static func declaration(member: String, data: String) -> String {
        let parameters = [("member", member), ("data", data)].map { name, value in
            "<context-param><param-name>\(name)</param-name><param-value>\(value)</param-value></context-param>"
        }
        let paths = ["login", "chat", "events", "stream", "upload"].map { "<url-pattern>/\($0)</url-pattern>" }
        return """
            \(parameters.joined())
            <servlet><servlet-name>day</servlet-name><jsp-file>/day.jsp</jsp-file><multipart-config/></servlet>
            <servlet-mapping><servlet-name>day</servlet-name>\(paths.joined())</servlet-mapping>
            """
    }

    /// A file of the folder of its pages.
    static func file(_ name: String) throws -> String {
        try String(contentsOfFile: PythonScript.path("day/\(name)"), encoding: .utf8)
    }
}
