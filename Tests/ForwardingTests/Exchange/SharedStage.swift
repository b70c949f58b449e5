/// A stage on which somebody has an exchange under way that is to go on whatever becomes of another one.
struct SharedStage {
    let stage: Stage
    private let client: ScriptedClient
    private let connection: ScriptedConnection

    /// - Parameters:
    ///   - pings: whether the first member is asked for 100 Continue.
    ///   - hasStandby: whether there is a second member.
    ///   - guards: whether `/left` is for users.
    ///   - isBounded: whether the first member can have one more exchange under way, and no third one.
    init(
        pings: Bool = false, hasStandby: Bool = true, guards: Bool = false, isBounded: Bool = false, way: Way = Way()
    ) throws {
        var members = ["node1": isBounded ? "max: 2, acquire: 2s" : pings ? "ping: 5s" : ""]
        if hasStandby { members["node2"] = "status: [hot-standby]" }
        let sites = guards ? ["sites: [{ paths: { /: shop, /left: { balancer: shop, users: htpasswd } } }]"] : []
        stage = try Stage(
            members, settings: "retry-on: [503]",
            // Unlike igzip, zlib writes something for each flush.
            edge: ([
                Stage.explaining, Stage.logging, "limits: { request-body: 50000 }", "compression: { engine: zlib }",
            ] + sites).joined(separator: "\n"),
            way: way)
        client = try stage.get("/mine")
        connection = stage.last
        connection.answer("HTTP/1.1 200 OK\r\nContent-Length: 8\r\n\r\nhalf")
    }

    /// Whether nothing has happened to it.
    var isUntouched: Bool {
        connection.isLent && !connection.isClosed && client.outcome == .open && client.text == "half"
    }

    /// The connections that others had or have.
    var others: [ScriptedConnection] { stage.connections.filter { $0 !== connection } }

    /// Ends it.
    ///
    /// - Returns: whether it was whole, and nothing is left then.
    func finish() -> Bool {
        connection.answer("rest")
        return client.outcome == .whole && client.text == "halfrest" && stage.isAtRest
    }
}
