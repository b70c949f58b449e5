import Foundation

/// PHP's own server with a page that counts in its session.
final class PHPServer: Sendable {
    let name: String
    let process: ChildProcess
    let endpoint: Endpoint
    private let folder: TemporaryFolder

    /// Starts it.
    ///
    /// - Parameters:
    ///   - name: printed by the page, so that a test sees which server answered.
    ///   - sessions: a folder of sessions that several servers share; nil: one of its own.
    ///   - port: where it listens; 0: on a port of the kernel's choice.
    init(name: String, sessions: String? = nil, port: Int = 0) throws {
        self.name = name
        folder = try TemporaryFolder()
        let sessions = try sessions ?? folder.makeFolder("sessions")
        try folder.write(PHPServer.page, to: "pages/counter.php")
        try folder.write(PHPServer.account, to: "pages/account.php")
        try folder.write(PHPServer.long, to: "pages/long.php")
        try folder.write(PHPServer.length, to: "pages/length.php")
        process = try ChildProcess(
            Tool.php.path(),
            ["-d", "session.save_path=\(sessions)", "-S", "127.0.0.1:\(port)", "-t", "\(folder.path)/pages"],
            environment: ["SERVER_NAME_OF_TEST": name])
        // … Development Server (http://127.0.0.1:44667) started
        let line = try process.errors.wait(for: "started")
        let digits = line.components(separatedBy: "127.0.0.1:").last?.prefix { $0.isNumber } ?? ""
        guard let port = Int(digits), port > 0 else { throw HarnessError("PHP's port is not in: \(line)") }
        endpoint = .ipv4(port: port)
    }

    /// Kills it without a chance to say goodbye.
    func crash() throws {
        process.signal(SIGKILL)
        _ = try process.waitForEnd()
    }

    /// Bytes of the long page: more than sockets hold.
    static let longBytes = 32 << 20

    /// Says so many times the same letter.
    private static let long = """
        <?php
        for ($count = 0; $count < \(longBytes >> 16); $count++) echo str_repeat("a", 65536);
        """

    /// Says how long the content was.
    private static let length = """
        <?php
        echo strlen(file_get_contents("php://input"));
        """

    /// Logs in, says who is logged in, and logs out, as JSON.
    private static let account = """
        <?php
        session_start();
        if ($_SERVER["REQUEST_METHOD"] === "POST") {
            $_SESSION["user"] = $_POST["user"];
        } elseif (isset($_GET["logout"])) {
            $_SESSION = [];
            session_destroy();
            setcookie(session_name(), "", time() - 3600, "/");
        }
        header("Content-Type: application/json");
        echo json_encode(["user" => $_SESSION["user"] ?? null, "server" => getenv("SERVER_NAME_OF_TEST")]);
        """

    private static let page = """
        <?php
        session_start();
        $_SESSION["count"] = ($_SESSION["count"] ?? 0) + 1;
        header("Content-Type: text/plain");
        echo "method=", $_SERVER["REQUEST_METHOD"], " session=", session_id(), " count=", $_SESSION["count"],
            " server=", getenv("SERVER_NAME_OF_TEST"), "\\n";
        """
}
