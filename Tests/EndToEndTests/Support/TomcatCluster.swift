import Foundation

/// Two Tomcats that copy their sessions to each other, with a page that logs in, counts, moves a session and logs out.
///
/// Members know each other by declaration, not by multicast. Replication is synchronous: an answer is sent when the
/// other member has acknowledged what the request has changed.
final class TomcatCluster: Sendable {
    /// Where the page is.
    static let page = "/session.jsp"

    /// What the page said; a dash stands for nothing.
    struct Page: Sendable {
        /// The member that made the page.
        let member: String
        let user: String
        /// The identifier with its route, as the member knows it.
        let session: String
        /// How many pages the session has had.
        let count: Int
        /// What the field `X-Buddy` of the request told the member.
        let buddy: String

        /// The session's identifier without its route.
        var identifier: String { session.split(separator: ".").first.map(String.init) ?? "" }

        init?(_ text: String) {
            let values = TomcatInstallation.values(text)
            guard let member = values["member"], let user = values["user"], let session = values["session"],
                let count = values["count"].flatMap({ Int($0) }), let buddy = values["buddy"]
            else { return nil }
            self.member = member
            self.user = user
            self.session = session
            self.count = count
            self.buddy = buddy
        }
    }

    /// `node1` and `node2`.
    let members: [Member]

    private init() throws {
        let receivers = try (0..<2).map { _ in try FreePort.choose() }
        members = try (1...2).map { try Member(number: $0, receivers: receivers) }
    }

    /// Starts both.
    static func start() throws -> TomcatCluster {
        let cluster = try TomcatCluster()
        // One after the other: two that start at once ask each other for their sessions, and both wait in vain.
        for member in cluster.members { try cluster.start(member) }
        return cluster
    }

    /// Kills a member without a chance to say goodbye.
    func crash(_ route: String) throws {
        guard let process = members.first(where: { $0.route == route })?.takeProcess() else {
            throw HarnessError("\(route) does not run")
        }
        process.signal(SIGKILL)
        _ = try process.waitForEnd()
    }

    /// Starts a member that was killed, once the other one has noticed that it was.
    func restart(_ route: String) throws {
        guard let member = members.first(where: { $0.route == route }), let other = running(beside: member) else {
            throw HarnessError("\(route) would be alone")
        }
        try other.errors.wait { lines -> Bool? in
            let last = lines.last { $0.contains("member added:") || $0.contains("member disappeared:") }
            return last?.contains("member disappeared:") == true ? true : nil
        }
        try start(member)
    }

    /// Starts a member; when it is up, both know each other, and it has the other one's sessions.
    private func start(_ member: Member) throws {
        let other = running(beside: member)
        let written = other?.errors.bytes.count ?? 0
        let process = try member.start()
        try process.errors.wait(for: "Server startup in", seconds: 60)
        if let other {
            try process.errors.wait(for: "session state sent")
            try other.errors.wait(for: "Replication member added", after: written)
        }
        // Compiles the page.
        let answer = try RawClient(member.endpoint).get(Self.page, host: "localhost")
        guard Page(answer.text)?.member == member.route else { throw HarnessError("Tomcat says: \(answer)") }
    }

    private func running(beside member: Member) -> ChildProcess? {
        members.first { $0 !== member }?.process
    }
}

extension TomcatCluster {
    /// One of the two; its ports stay the same when it is started again.
    final class Member: Sendable {
        /// Its `jvmRoute`.
        let route: String
        /// Where it takes requests.
        let endpoint: Endpoint
        private let folder: TemporaryFolder
        private let running = Monitor<ChildProcess?>(nil)

        /// Nil when it does not run.
        fileprivate var process: ChildProcess? { running.withLock { $0 } }

        /// Writes its configuration.
        ///
        /// - Parameters:
        ///   - number: 1 for the first one.
        ///   - receivers: the ports by which members replicate, in their order.
        fileprivate init(number: Int, receivers: [Int]) throws {
            route = "node\(number)"
            let port = try FreePort.choose()
            endpoint = .ipv4(port: port)
            folder = try TemporaryFolder()
            try folder.write(Self.server(number: number, port: port, receivers: receivers), to: "conf/server.xml")
            try folder.write(TomcatInstallation.web("<distributable/>"), to: "webapps/ROOT/WEB-INF/web.xml")
            try folder.write(Self.page(member: route), to: "webapps/ROOT\(TomcatCluster.page)")
        }

        /// Starts its process.
        fileprivate func start() throws -> ChildProcess {
            let process = try TomcatInstallation.start(in: folder)
            running.withLock { $0 = process }
            return process
        }

        /// Its process, which is no longer its.
        fileprivate func takeProcess() -> ChildProcess? { running.withLock { $0.take() } }
    }
}

extension TomcatCluster.Member {
    /// The configuration of a member.
    ///
    /// Options 6 are USE_ACK and SYNCHRONIZED_ACK: of 1,000 requests that two members took in turns, each found what
    /// the one before had changed, while under 8 (ASYNCHRONOUS) and 2 (USE_ACK) sessions were lost. Start options 3
    /// leave the multicast out. By `uniqueId` a member that has started is known at once to the other one, and not
    /// some seconds later.
    private static func server(number: Int, port: Int, receivers: [Int]) -> String {
        let (ha, tribes) = ("org.apache.catalina.ha", "org.apache.catalina.tribes")
        let members = receivers.enumerated().map { index, receiver in
            let element = index + 1 == number ? "LocalMember" : "Member"
            let identifier = Array(repeating: "0", count: 15).joined(separator: ",") + ",\(index + 1)"
            return "<\(element) className=\"\(tribes).membership.StaticMember\" host=\"127.0.0.1\" "
                + "port=\"\(receiver)\" uniqueId=\"{\(identifier)}\"/>"
        }
        let cluster = """
            <Cluster className="\(ha).tcp.SimpleTcpCluster" channelSendOptions="6" channelStartOptions="3">
              <Manager className="\(ha).session.DeltaManager"/>
              <Channel className="\(tribes).group.GroupChannel">
                <Receiver className="\(tribes).transport.nio.NioReceiver" address="127.0.0.1"
                  port="\(receivers[number - 1])" autoBind="1"/>
                <Interceptor className="\(tribes).group.interceptors.TcpPingInterceptor"/>
                <Interceptor className="\(tribes).group.interceptors.TcpFailureDetector"/>
                <Interceptor className="\(tribes).group.interceptors.StaticMembershipInterceptor">
                  \(members.joined())
                </Interceptor>
              </Channel>
              <Valve className="\(ha).tcp.ReplicationValve"/>
              <Valve className="\(ha).session.JvmRouteBinderValve"/>
              <ClusterListener className="\(ha).session.ClusterSessionListener"/>
            </Cluster>
            """
        let connector = TomcatInstallation.connector(port: port)
        return TomcatInstallation.server(
            route: "node\(number)", connectors: [connector], engine: cluster, manager: "")
    }

    /// `verb=login` gives the session a new identifier, as logins should; `verb=move` gives it another route.
    ///
    /// The latter is what a cluster does whose sessions have owners, when the owner changes. Applications cannot ask
    /// Tomcat for it, so the page reaches behind the servlet API; the other members are told by the manager.
    private static func page(member: String) -> String {
        """
        <%@ page contentType="text/plain; charset=UTF-8" session="false" trimDirectiveWhitespaces="true" %>
        <%@ page import="org.apache.catalina.connector.Request, org.apache.catalina.connector.RequestFacade" %>
        <%
            HttpSession session = request.getSession(false);
            String verb = request.getParameter("verb");
            if ("login".equals(verb)) {
                session = request.getSession(true);
                request.changeSessionId();
                session.setAttribute("user", request.getParameter("user"));
            } else if ("move".equals(verb)) {
                java.lang.reflect.Field field = RequestFacade.class.getDeclaredField("request");
                field.setAccessible(true);
                Request inner = (Request) field.get(request);
                String before = session.getId();
                String after = before.substring(0, before.indexOf('.') + 1) + request.getParameter("to");
                inner.getContext().getManager().changeSessionId(inner.getSessionInternal(), after);
                inner.changeSessionId(after);
            } else if ("logout".equals(verb)) {
                session.invalidate();
                session = null;
                Cookie cookie = new Cookie("JSESSIONID", "");
                cookie.setPath("/");
                cookie.setMaxAge(0);
                response.addCookie(cookie);
            }
            int count = 0;
            if (session != null) {
                Integer before = (Integer) session.getAttribute("count");
                count = before == null ? 1 : before + 1;
                session.setAttribute("count", count);
            }
            String buddy = request.getHeader("X-Buddy");
            out.print("member=\(member) user=" + (session == null ? "-" : session.getAttribute("user"))
                + " session=" + (session == null ? "-" : session.getId()) + " count=" + count
                + " buddy=" + (buddy == null ? "-" : buddy) + "\\n");
        %>
        """
    }
}
