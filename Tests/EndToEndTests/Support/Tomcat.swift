import Foundation

/// A Tomcat 10 with a page that counts in its session, on a port of the kernel's choice.
final class Tomcat: Sendable {
    /// What the page said.
    struct Page: Equatable, Sendable {
        let method: String
        let session: String
        let count: Int
        /// The page's address as the servlet API rewrites it, with `;jsessionid=` for a client without the cookie.
        let next: String

        /// The `jvmRoute` behind the session's dot.
        var route: String { session.split(separator: ".").last.map(String.init) ?? "" }

        init?(_ text: String) {
            let values = TomcatInstallation.values(text)
            guard let method = values["method"], let session = values["session"], let next = values["next"],
                let count = values["count"].flatMap({ Int($0) })
            else { return nil }
            self.method = method
            self.session = session
            self.count = count
            self.next = next
        }
    }

    /// What instances have beside the pages that all have.
    struct Site: Sendable {
        /// Pages by their files' names.
        var pages: [String: String] = [:]
        /// What the application declares, by the instance's route.
        var web: @Sendable (String) -> String = { _ in "" }
        /// The longest packet of the AJP connector, in bytes.
        var packetBytes = 8 << 10
    }

    /// What the AJP connector asks for.
    static let secret = "sesame"

    let process: ChildProcess
    let endpoint: Endpoint
    /// Its AJP connector.
    let records: Endpoint
    private let folder: TemporaryFolder

    /// Starts an instance; use ``start(routes:site:)`` for several, which start at the same time.
    private init(route: String, site: Site) throws {
        folder = try TemporaryFolder()
        try folder.write(Tomcat.server(route: route, site: site), to: "conf/server.xml")
        try folder.write(TomcatInstallation.web(site.web(route)), to: "conf/web.xml")
        for (name, page) in site.pages { try folder.write(page, to: "webapps/ROOT/\(name)") }
        try folder.write(Tomcat.page, to: "webapps/ROOT/counter.jsp")
        try folder.write(Tomcat.told, to: "webapps/ROOT/told.jsp")
        process = try TomcatInstallation.start(in: folder)
        let ports = try TomcatInstallation.ports(2, of: process)
        endpoint = .ipv4(port: ports[0])
        records = .ipv4(port: ports[1])
    }

    /// Starts instances with these values of `jvmRoute` at the same time, their page compiled and called once.
    static func start(routes: [String], site: Site = Site()) throws -> [Tomcat] {
        let results = Monitor([String: Result<Tomcat, any Error>]())
        for route in routes {
            Thread.detachNewThread {
                let result = Result {
                    let tomcat = try Tomcat(route: route, site: site)
                    let answer = try RawClient(tomcat.endpoint).get("/counter.jsp", host: "localhost")
                    guard Page(answer.text)?.route == route else { throw HarnessError("Tomcat says: \(answer)") }
                    return tomcat
                }
                results.withLock { $0[route] = result }
            }
        }
        guard let all = results.wait(seconds: 90, until: { $0.count == routes.count ? $0 : nil }) else {
            throw HarnessError("Tomcat did not start within 90 s")
        }
        let tomcats = try routes.compactMap { try all[$0]?.get() }
        for tomcat in tomcats { Belongings.keep(tomcat) }
        return tomcats
    }

    /// Kills it without a chance to say goodbye.
    func crash() throws {
        process.signal(SIGKILL)
        _ = try process.waitForEnd()
    }

    private static func server(route: String, site: Site) -> String {
        let records =
            #"<Connector port="0" address="127.0.0.1" protocol="AJP/1.3" secret="\#(secret)" "#
            + #"packetSize="\#(site.packetBytes)"/>"#
        return TomcatInstallation.server(route: route, connectors: [TomcatInstallation.connector(), records])
    }

    /// Says what a servlet is told, and how much content it got; `a` of the query asks for something else.
    private static let told = """
        <%@ page contentType="text/plain; charset=UTF-8" session="false" trimDirectiveWhitespaces="true" %>
        <%@ page import="java.util.*, java.io.*, java.math.*, java.security.*" %>
        <%
            String act = request.getParameter("a");
            if ("304".equals(act)) { response.setStatus(304); return; }
            if ("go".equals(act)) { response.sendRedirect("/counter.jsp"); return; }
            if ("long".equals(act)) { for (int i = 0; i < 1000; i++) out.print("x".repeat(10000)); return; }
            if ("events".equals(act)) {
                BufferedReader lines = new BufferedReader(new FileReader(request.getParameter("from")));
                for (String line = lines.readLine(); line != null && !line.equals("end"); line = lines.readLine()) {
                    out.print("data: " + line + "\\n\\n");
                    out.flush();
                }
                return;
            }
            out.print("method=" + request.getMethod() + "\\nuri=" + request.getRequestURI() + "\\nquery="
                + request.getQueryString() + "\\nprotocol=" + request.getProtocol() + "\\nremote="
                + request.getRemoteAddr() + ":" + request.getRemotePort() + "\\nlocal=" + request.getLocalAddr()
                + ":" + request.getLocalPort() + "\\nserver=" + request.getServerName() + ":"
                + request.getServerPort() + "\\nsecure=" + request.isSecure() + "\\n");
            for (String name : Collections.list(request.getHeaderNames()))
                for (String value : Collections.list(request.getHeaders(name)))
                    out.print("header." + name + "=" + value + "\\n");
            MessageDigest digest = MessageDigest.getInstance("MD5");
            byte[] bytes = new byte[65536];
            InputStream content = request.getInputStream();
            for (int count = content.read(bytes); count > 0; count = content.read(bytes))
                digest.update(bytes, 0, count);
            out.print(String.format("body=%032x\\n", new BigInteger(1, digest.digest())));
        %>
        """

    private static let page = """
        <%@ page contentType="text/plain; charset=UTF-8" session="true" trimDirectiveWhitespaces="true" %>
        <%
            \(TomcatInstallation.counting)
            out.print("method=" + request.getMethod() + " session=" + session.getId() + " count=" + count
                + " next=" + response.encodeURL("/counter.jsp") + "\\n");
        %>
        """
}
