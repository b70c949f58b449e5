/// A front that a site moves away from.
enum MoveRival: String, CaseIterable, Sendable {
    case apache
    case nginx
    case haproxy

    /// Its configuration in the folder `Fronts`.
    var file: String {
        switch self {
        case .apache: "apache.conf"
        case .nginx: "nginx.conf"
        case .haproxy: "haproxy.cfg"
        }
    }

    /// What it and Martlet are asked.
    var move: Move {
        switch self {
        case .apache: .apache
        case .nginx: .nginx
        case .haproxy: .haproxy
        }
    }

    /// Starts it for the running test.
    func start(_ configuration: String, in folder: TemporaryFolder) throws {
        switch self {
        case .apache:
            let modules = [
                "alias", "auth_basic", "authn_core", "authn_file", "authz_host", "authz_user", "deflate", "dir",
                "expires", "filter",
                "headers", "mime", "rewrite", "socache_shmcb", "ssl",
            ]
            _ = try Apache(configuration, modules: modules)
        case .nginx:
            let file = try folder.write(configuration, to: file)
            _ = try MovingMaster(
                ChildProcess(Tool.nginx.path(), ["-p", folder.path, "-e", "stderr", "-c", file]),
                saying: "start worker process ")
        case .haproxy:
            let file = try folder.write(configuration, to: file)
            _ = try MovingMaster(
                ChildProcess(Tool.haproxy.path(), ["-W", "-db", "-f", file]), saying: "Loading success")
        }
    }
}

/// A process whose workers end with it only if it is asked, not killed.
private final class MovingMaster: Sendable {
    private let process: ChildProcess

    init(_ process: ChildProcess, saying line: String) throws {
        self.process = process
        try process.errors.wait(for: line)
        Belongings.keep(self)
    }

    deinit { process.terminate() }
}
