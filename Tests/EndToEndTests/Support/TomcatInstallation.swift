import Foundation

/// Debian's Tomcat 10, from which instances with folders of their own are started.
enum TomcatInstallation {
    private static let home = "/usr/share/tomcat10"

    /// Lines of a page that count its calls in the session.
    static let counting = """
        int count;
        synchronized (session) {
            Integer before = (Integer) session.getAttribute("count");
            count = before == null ? 1 : before + 1;
            session.setAttribute("count", count);
        }
        """

    /// A `server.xml` of one web application at `/`.
    ///
    /// - Parameters:
    ///   - route: the `jvmRoute`.
    ///   - engine: what its engine has besides.
    ///   - manager: of the application's sessions; one that forgets them when it ends, if left out.
    static func server(
        route: String, connectors: [String], engine: String = "", manager: String = #"<Manager pathname=""/>"#
    ) -> String {
        """
        <?xml version="1.0"?>
        <Server port="-1">
          <Service name="Catalina">
            \(connectors.joined())
            <Engine name="Catalina" defaultHost="localhost" jvmRoute="\(route)">
              \(engine)
              <Host name="localhost" appBase="webapps" autoDeploy="false">
                <Context path="" docBase="ROOT">
                  <JarScanner scanClassPath="false" scanManifest="false"/>
                  \(manager)
                </Context>
              </Host>
            </Engine>
          </Service>
        </Server>
        """
    }

    /// A connector of HTTP/1.1.
    ///
    /// - Parameters:
    ///   - port: 0: one of the kernel's choice.
    ///   - attributes: what it has besides.
    static func connector(port: Int = 0, _ attributes: String = "") -> String {
        #"<Connector port="\#(port)" address="127.0.0.1" protocol="HTTP/1.1" maxKeepAliveRequests="-1" "#
            + attributes + "/>"
    }

    /// What a web application declares that has pages.
    ///
    /// - Parameter additions: what it declares besides.
    static func web(_ additions: String = "") -> String {
        """
        <?xml version="1.0"?>
        <web-app xmlns="https://jakarta.ee/xml/ns/jakartaee" version="5.0" metadata-complete="true">
          \(additions)
          <servlet>
            <servlet-name>jsp</servlet-name>
            <servlet-class>org.apache.jasper.servlet.JspServlet</servlet-class>
            <load-on-startup>3</load-on-startup>
          </servlet>
          <servlet-mapping><servlet-name>jsp</servlet-name><url-pattern>*.jsp</url-pattern></servlet-mapping>
        </web-app>
        """
    }

    /// The values of a page of `name=value` words.
    static func values(_ page: String) -> [String: String] {
        var values: [String: String] = [:]
        for word in page.split(whereSeparator: { $0 == " " || $0 == "\n" }) {
            let pair = word.split(separator: "=", maxSplits: 1).map(String.init)
            if pair.count == 2 { values[pair[0]] = pair[1] }
        }
        return values
    }

    /// Waits until an instance is up.
    ///
    /// - Returns: the ports of its so many connectors, in their order, which all are of the kernel's choice.
    static func ports(_ count: Int, of process: ChildProcess) throws -> [Int] {
        let started = try process.errors.wait(seconds: 60) { lines -> [String]? in
            guard lines.contains(where: { $0.contains("Server startup in") }) else { return nil }
            return lines.filter { $0.contains("Starting ProtocolHandler") }
        }
        // ["http-nio-127.0.0.1-auto-1-40123"]
        let ports = started.compactMap { line in
            Int(line.split(separator: "-").last?.prefix { $0.isNumber } ?? "")
        }
        guard ports.count == count else { throw HarnessError("Tomcat's ports are not in: \(started)") }
        return ports
    }

    /// Starts the instance that a folder has the configuration of.
    static func start(in folder: TemporaryFolder) throws -> ChildProcess {
        let jdt = try Tool.require(file: "/usr/share/java/eclipse-jdt-core.jar", package: "tomcat10-common")
        let bootstrap = try Tool.require(file: home + "/bin/bootstrap.jar", package: "tomcat10-common")
        for name in ["conf", "logs", "temp", "work", "webapps"] { try folder.makeFolder(name) }
        try folder.write(
            """
            common.loader="\(home)/lib/*.jar","\(jdt)"
            server.loader=
            shared.loader=
            tomcat.util.scan.StandardJarScanFilter.jarsToSkip=*.jar
            """, to: "conf/catalina.properties")
        return try ChildProcess(
            Tool.java.path(),
            ["-Xmx128m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Dcatalina.home=\(home)"]
                + ["-Dcatalina.base=\(folder.path)", "-Djava.io.tmpdir=\(folder.path)/temp"]
                + ["-cp", "\(bootstrap):\(home)/bin/tomcat-juli.jar"]
                + ["org.apache.catalina.startup.Bootstrap", "start"],
            folder: folder.path)
    }
}
