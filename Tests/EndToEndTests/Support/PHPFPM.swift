import Foundation

/// Debian's php-fpm with the same pool at a UNIX-domain socket and at a port: three children each, which end after
/// twenty requests.
final class PHPFPM: Sendable {
    /// Children of a pool.
    static let children = 3
    /// Requests that a child serves.
    static let requestsMax = 20

    let process: ChildProcess
    /// Where the pool is that waits at a port.
    let endpoint: Endpoint
    /// Where the other one is.
    let path: String
    /// The folder of the scripts.
    let root: String
    private let folder: TemporaryFolder

    /// Starts it, with ``page`` as `index.php` and ``acts`` as `act.php`.
    init() throws {
        folder = try TemporaryFolder()
        let port = try FreePort.choose()
        endpoint = .ipv4(port: port)
        path = folder.path + "/fpm"
        root = folder.path + "/pages"
        try folder.write(Self.page, to: "pages/index.php")
        try folder.write(Self.acts, to: "pages/act.php")
        let sessions = try folder.makeFolder("sessions")
        let pool = """
            pm = static
            pm.max_children = \(Self.children)
            pm.max_requests = \(Self.requestsMax)
            php_admin_value[session.save_path] = \(sessions)
            """
        try folder.write(
            """
            [global]
            daemonize = no
            error_log = /dev/stderr
            [local]
            listen = \(path)
            listen.mode = 0666
            \(pool)
            [port]
            listen = 127.0.0.1:\(port)
            \(pool)

            """, to: "fpm.conf")
        // It may be root that runs the tests.
        process = try ChildProcess(Tool.phpFPM.path(), ["-F", "-R", "-n", "-y", "\(folder.path)/fpm.conf"])
        try process.errors.wait(for: "ready to handle connections")
        Belongings.keep(self)
    }

    /// Says what a script is told, a line each, and how much content it got.
    private static let page = """
        <?php
        header("Content-Type: text/plain");
        ksort($_SERVER);
        foreach ($_SERVER as $name => $value) if (is_scalar($value)) echo "$name=$value\\n";
        echo "BODY=", md5(file_get_contents("php://input")), "\\n";
        """

    /// Does what `a` of the query says.
    private static let acts = """
        <?php
        switch ($_GET["a"] ?? "") {
        case "status": http_response_code((int) $_GET["code"]); break;
        case "go": header("Location: /index.php"); break;
        case "count": session_start(); echo $_SESSION["n"] = ($_SESSION["n"] ?? 0) + 1; break;
        case "long": for ($i = 0; $i < 1000; $i++) echo str_repeat("x", 10000); break;
        case "length": header("Content-Length: 20000"); echo str_repeat("x", 20000); break;
        case "die":
            header("Content-Length: 20000");
            echo str_repeat("x", 10000);
            flush();
            exec("kill -9 " . getmypid());
        case "error": file_put_contents("php://stderr", "a warning\\n"); error_log("another"); echo "done"; break;
        case "events":
            $lines = fopen($_GET["from"], "r");
            while (($line = fgets($lines)) && $line !== "end\\n") { echo "data: $line\\n"; flush(); }
            break;
        default: echo strlen(file_get_contents("php://input"));
        }
        """
}
