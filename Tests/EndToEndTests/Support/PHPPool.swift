import Foundation

/// A php-fpm of its own with one pool of four children at a UNIX-domain socket.
final class PHPPool: Sendable {
    static let children = 4

    private let process: ChildProcess
    /// Where it listens.
    let endpoint: Endpoint
    private let folder: TemporaryFolder

    /// Starts it.
    ///
    /// - Parameters:
    ///   - name: told to scripts by the environment variable `POOL`.
    ///   - sessions: a folder of sessions that several pools share.
    init(name: String, sessions: String) throws {
        folder = try TemporaryFolder()
        let path = folder.path + "/fpm"
        endpoint = .unix(path: path)
        let uploads = try folder.makeFolder("uploads")
        let file = try folder.write(
            """
            [global]
            daemonize = no
            error_log = /dev/stderr
            [site]
            listen = \(path)
            listen.mode = 0666
            pm = static
            pm.max_children = \(Self.children)
            env[POOL] = \(name)
            php_admin_value[session.save_path] = \(sessions)
            php_admin_value[upload_tmp_dir] = \(uploads)
            php_admin_value[upload_max_filesize] = 4G
            php_admin_value[post_max_size] = 4G

            """, to: "fpm.conf")
        // It may be root that runs the tests.
        process = try ChildProcess(Tool.phpFPM.path(), ["-F", "-R", "-n", "-y", file])
        try process.errors.wait(for: "ready to handle connections")
        Belongings.keep(self)
    }

    /// Ends it at once, whatever it does. Its children would outlive a SIGKILL and go on serving.
    func crash() throws {
        process.signal(SIGTERM)
        _ = try process.waitForEnd()
    }
}
