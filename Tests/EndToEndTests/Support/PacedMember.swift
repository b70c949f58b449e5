/// A member, a process of its own, that takes as long to answer as it is told.
final class PacedMember: Sendable {
    let endpoint: Endpoint
    private let process: ChildProcess

    init() throws {
        process = try PythonScript.start("paced_member.py", [])
        let line = try process.output.wait(for: "listening ")
        guard let port = Int(line.dropFirst("listening ".count)) else { throw HarnessError("no port: \(line)") }
        endpoint = .ipv4(port: port)
    }

    /// From the next request on it waits so many seconds before it answers.
    func setPace(_ seconds: Double) throws {
        let before = process.output.bytes.count
        try process.write("\(seconds)\n")
        try process.output.wait(for: "pace", after: before)
    }
}
