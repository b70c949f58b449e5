import Foundation

/// Debian's Tomcat 10, from which instances with folders of their own are started.
enum TomcatInstallation {
    private static let home = "/usr/share/tomcat10"

    /// The `<Host>` element of one web application at `/`.
    ///
    /// - Parameter context: what its context has besides.
    static func host(context: String = "") -> String {
        """
        <Host name="localhost" appBase="webapps" autoDeploy="false">
          <Context path="" docBase="ROOT">
            <JarScanner scanClassPath="false" scanManifest="false"/>
            \(context)
          </Context>
        </Host>
        """
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
