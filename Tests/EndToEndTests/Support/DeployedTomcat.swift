import Foundation

/// A Tomcat 10 that is ended and started again at the same port, with a page that counts in its session until it is
/// asked for with `?logout`.
final class DeployedTomcat: Sendable {
    static let page = "/visit.jsp"

    /// Its `jvmRoute`.
    let route: String
    let endpoint: Endpoint
    private let folder: TemporaryFolder
    private let running = Monitor<ChildProcess?>(nil)

    private init(route: String) throws {
        self.route = route
        let port = try FreePort.choose()
        endpoint = .ipv4(port: port)
        folder = try TemporaryFolder()
        let server = TomcatInstallation.server(
            route: route, connectors: [TomcatInstallation.connector(port: port)])
        try folder.write(server, to: "conf/server.xml")
        try folder.write(TomcatInstallation.web(), to: "conf/web.xml")
        try folder.write(Self.script, to: "webapps/ROOT" + Self.page)
        Belongings.keep(self)
    }

    /// Starts instances with these values of `jvmRoute` at the same time.
    static func start(routes: [String]) throws -> [DeployedTomcat] {
        let tomcats = try routes.map { try DeployedTomcat(route: $0) }
        _ = try inParallel(tomcats.count, threads: tomcats.count) { try tomcats[$0].start() }
        return tomcats
    }

    /// Starts it; when it is up, its page has been compiled and called.
    func start() throws {
        let process = try TomcatInstallation.start(in: folder)
        running.withLock { $0 = process }
        try process.errors.wait(for: "Server startup in", seconds: 60)
        let answer = try RawClient(endpoint).get(Self.page, host: "localhost")
        guard answer.status == 200, answer.text.contains(".\(route) ") else {
            throw HarnessError("Tomcat says: \(answer)")
        }
    }

    /// Ends it as its service would, by SIGTERM.
    func stop() throws {
        guard let process = running.withLock({ $0.take() }) else { throw HarnessError("\(route) does not run") }
        process.signal(SIGTERM)
        _ = try process.waitForEnd()
    }

    private static let script = """
        <%@ page contentType="text/plain; charset=UTF-8" session="true" trimDirectiveWhitespaces="true" %>
        <%
            \(TomcatInstallation.counting)
            out.print("session=" + session.getId() + " count=" + count + "\\n");
            if ("logout".equals(request.getQueryString())) {
                session.invalidate();
                Cookie cookie = new Cookie("JSESSIONID", "");
                cookie.setPath("/");
                cookie.setMaxAge(0);
                response.addCookie(cookie);
            }
        %>
        """
}
