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
        let ports = try TomcatInstallation.ports(2, of: process)
        decoding = .ipv4(port: ports[0])
        passing = .ipv4(port: ports[1])
        Belongings.keep(self)
    }

    /// - Parameter handling: what becomes of escaped slashes and backslashes.
    private static func connector(_ handling: String) -> String {
        TomcatInstallation.connector(
            #"allowBackslash="true" relaxedPathChars="&quot;&lt;&gt;[\]^`{|}" "#
                + "encodedSolidusHandling=\"\(handling)\" encodedReverseSolidusHandling=\"\(handling)\"")
    }

    private static let server = TomcatInstallation.server(
        route: "place", connectors: [connector("decode"), connector("passthrough")])

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
