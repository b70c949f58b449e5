import Foundation

/// An nginx with a folder of its own, serving files.
final class Nginx: Sendable {
    let process: ChildProcess
    let endpoint: Endpoint
    let folder: TemporaryFolder

    /// Starts it with a server block of the given content.
    ///
    /// - Parameters:
    ///   - files: written below the document root first.
    ///   - endpoint: where it listens; without one, at a UNIX-domain socket in its folder.
    init(server: String = "", files: [String: [UInt8]] = [:], at chosen: Endpoint? = nil) throws {
        folder = try TemporaryFolder()
        for (name, bytes) in files { try folder.write(bytes, to: "html/\(name)") }
        for name in ["html", "temp"] { try folder.makeFolder(name) }
        let path = folder.path
        endpoint = chosen ?? .unix(path: "\(path)/nginx.sock")
        let configuration = """
            daemon off;
            pid \(path)/nginx.pid;
            error_log stderr notice;
            worker_processes 1;
            \(getuid() == 0 ? "user root;" : "")
            events { worker_connections 8192; }
            http {
                access_log off;
                client_body_temp_path \(path)/temp;
                proxy_temp_path \(path)/temp;
                fastcgi_temp_path \(path)/temp;
                uwsgi_temp_path \(path)/temp;
                scgi_temp_path \(path)/temp;
                client_max_body_size 100m;
                keepalive_requests 100000000;
                types { text/html html; text/css css; application/json json; image/png png; }
                default_type application/octet-stream;
                server {
                    listen \(endpoint);
                    root \(path)/html;
                    \(server)
                }
            }
            """
        let file = try folder.write(configuration, to: "nginx.conf")
        process = try ChildProcess(Tool.nginx.path(), ["-p", path, "-e", "stderr", "-c", file])
        try process.errors.wait(for: "start worker process ")
        Belongings.keep(self)
    }

    /// An nginx at a free TCP port.
    static func atPort(server: String = "", files: [String: [UInt8]] = [:]) throws -> Nginx {
        for _ in 0..<5 {
            if let nginx = try? Nginx(server: server, files: files, at: .ipv4(port: FreePort.choose())) { return nginx }
        }
        return try Nginx(server: server, files: files, at: .ipv4(port: FreePort.choose()))
    }

    deinit {
        // Its worker ends with it only if the master is asked, not killed.
        process.terminate()
    }
}
