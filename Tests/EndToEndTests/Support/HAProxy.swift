import Foundation

/// An HAProxy that passes TCP connections on, and names their clients by the PROXY protocol.
final class HAProxy: Sendable {
    let process: ChildProcess
    /// Where clients reach it, by what it is to write: `send-proxy` and the like.
    let endpoints: [String: Endpoint]
    private let folder: TemporaryFolder

    /// Starts it before an address.
    ///
    /// - Parameter keys: what the server's line ends with, for one port each.
    init(before server: Endpoint, _ keys: [String]) throws {
        folder = try TemporaryFolder()
        var lines = ["defaults", "    mode tcp", "    timeout client 20s", "    timeout server 20s"]
        lines += ["    timeout connect 5s"]
        var endpoints: [String: Endpoint] = [:]
        for (index, key) in keys.enumerated() {
            let endpoint = Endpoint.ipv4(port: try FreePort.choose())
            endpoints[key] = endpoint
            lines += ["listen l\(index)", "    bind \(endpoint)", "    server martlet \(server) \(key)"]
        }
        self.endpoints = endpoints
        let file = try folder.write(lines.joined(separator: "\n") + "\n", to: "haproxy.cfg")
        process = try ChildProcess(Tool.haproxy.path(), ["-W", "-db", "-f", file])
        try process.errors.wait(for: "Loading success")
        Belongings.keep(self)
    }

    deinit {
        // Its worker ends with it if the master is asked, not killed.
        process.terminate()
    }
}
