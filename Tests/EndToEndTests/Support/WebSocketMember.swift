/// A member that speaks WebSocket by Debian's python3-websockets; its script says what it does.
final class WebSocketMember: Sendable {
    let process: ChildProcess
    let endpoint: Endpoint

    init(name: String = "member", deflates: Bool = false) throws {
        process = try PythonScript.start(
            "websocket_member.py", ["--name", name] + (deflates ? ["--deflate"] : []))
        let line = try process.output.wait(for: "port ")
        guard let port = Int(line.split(separator: " ").last ?? "") else { throw HarnessError("no port: \(line)") }
        endpoint = .ipv4(port: port)
    }

    /// Waits for the lines of that many connections that have ended: path, cookies, close code and reason.
    func waitForEnds(_ count: Int) throws -> [String] {
        try process.output.wait { lines in
            let ended = lines.filter { $0.hasPrefix("ended ") }
            return ended.count >= count ? ended : nil
        }
    }
}
