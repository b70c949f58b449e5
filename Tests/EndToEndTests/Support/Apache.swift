import Foundation

/// An Apache httpd with mod_proxy_balancer and a folder of its own.
final class Apache: Sendable {
    private static let modules = "/usr/lib/apache2/modules"
    private static let loaded = [
        "mpm_event", "authz_core", "proxy", "proxy_http", "proxy_balancer", "slotmem_shm", "lbmethod_byrequests",
        "lbmethod_bytraffic", "lbmethod_bybusyness",
    ]

    let process: ChildProcess
    let endpoint: Endpoint
    private let folder: TemporaryFolder

    /// Starts it.
    ///
    /// - Parameters:
    ///   - configuration: what comes behind the listener and the modules.
    ///   - more: the names of further modules.
    init(_ configuration: String, modules more: [String] = []) throws {
        let chosen = Endpoint.ipv4(port: try FreePort.choose())
        folder = try TemporaryFolder()
        let modules = try (Self.loaded + more).map { name in
            let file = try Tool.require(file: "\(Self.modules)/mod_\(name).so", package: "apache2-bin")
            return "LoadModule \(name)_module \(file)"
        }
        let text = """
            ServerRoot \(folder.path)
            DefaultRuntimeDir \(folder.path)
            PidFile \(folder.path)/pid
            ErrorLog /dev/stderr
            LogLevel warn
            \(getuid() == 0 ? "User nobody\nGroup nogroup" : "")
            ServerName localhost
            Listen \(chosen)
            \(modules.joined(separator: "\n"))
            StartServers 1
            ServerLimit 1
            ThreadsPerChild 32
            MaxRequestWorkers 32
            MinSpareThreads 1
            KeepAlive On
            KeepAliveTimeout 60
            MaxKeepAliveRequests 0
            \(configuration)
            """
        let file = try folder.write(text, to: "apache2.conf")
        endpoint = chosen
        process = try ChildProcess(Tool.apache2.path(), ["-DFOREGROUND", "-f", file])
        try process.errors.wait(for: "resuming normal operations")
        Belongings.keep(self)
    }

    deinit {
        // Its worker ends with it only if the parent is asked, not killed.
        process.terminate()
    }
}
