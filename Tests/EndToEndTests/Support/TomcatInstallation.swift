/// Debian's Tomcat 10, from which instances with folders of their own are started.
enum TomcatInstallation {
    private static let home = "/usr/share/tomcat10"

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
