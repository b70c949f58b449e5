import Foundation

/// A Tomcat 10 whose servlets tell, as a ``PlaceServer`` does, which of their places a request's path was mapped to.
///
/// It has two ports; at both of them backslashes are slashes.
final class PlaceTomcat: Sendable {
    /// Where escaped slashes and backslashes are decoded before dot segments are resolved.
    let decoding: Endpoint
    /// Where they stay as they are.
    let passing: Endpoint
    private let process: ChildProcess
    private let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
        try folder.write(Self.server, to: "conf/server.xml")
        try folder.write(Self.web, to: "conf/web.xml")
        try folder.write(Self.page, to: "webapps/ROOT/place.jsp")
        process = try TomcatInstallation.start(in: folder)
        let started = try process.errors.wait(seconds: 60) { lines -> [String]? in
            guard lines.contains(where: { $0.contains("Server startup in") }) else { return nil }
            return lines.filter { $0.contains("Starting ProtocolHandler") }
        }
        // ["http-nio-127.0.0.1-auto-1-40123"]
        let ports = started.compactMap { line -> Int? in
            let digits = line.split(separator: "-").last?.prefix { $0.isNumber } ?? ""
            return Int(digits)
        }
        guard ports.count == 2 else { throw HarnessError("Tomcat's ports are not in: \(started)") }
        decoding = .ipv4(port: ports[0])
        passing = .ipv4(port: ports[1])
        Belongings.keep(self)
    }

    /// - Parameter handling: what becomes of escaped slashes and backslashes.
    private static func connector(_ handling: String) -> String {
        #"<Connector port="0" address="127.0.0.1" protocol="HTTP/1.1" maxKeepAliveRequests="-1" allowBackslash="true" "#
            + #"relaxedPathChars="&quot;&lt;&gt;[\]^`{|}" "#
            + "encodedSolidusHandling=\"\(handling)\" encodedReverseSolidusHandling=\"\(handling)\"/>"
    }

    private static let server = """
        <?xml version="1.0"?>
        <Server port="-1">
          <Service name="Catalina">
            \(connector("decode"))
            \(connector("passthrough"))
            <Engine name="Catalina" defaultHost="localhost">
              \(TomcatInstallation.host())
            </Engine>
          </Service>
        </Server>
        """

    /// The page stands at the places of its own; JSP's own servlet at its files.
    private static let web = TomcatInstallation.web(
        """
        <servlet><servlet-name>place</servlet-name><jsp-file>/place.jsp</jsp-file></servlet>
        <servlet-mapping>
          <servlet-name>place</servlet-name>
          <url-pattern>/</url-pattern>
          <url-pattern>/admin/*</url-pattern>
          <url-pattern>/.well-known/acme-challenge/*</url-pattern>
          <url-pattern>/pub/*</url-pattern>
          <url-pattern>/inner/*</url-pattern>
        </servlet-mapping>
        """)

    private static let page = """
        <%@ page session="false" trimDirectiveWhitespaces="true" %>
        <%
            String pattern = request.getHttpServletMapping().getPattern();
            String place = pattern.equals("/") ? "root"
                : pattern.startsWith("/.") ? "acme" : pattern.substring(1, pattern.length() - 2);
            response.setHeader("X-Place", place);
            response.setHeader("X-Balancer", request.getHeader("X-Balancer-Name"));
        %>
        """
}
