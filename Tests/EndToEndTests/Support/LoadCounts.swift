/// What nghttp2's load generator counted.
struct LoadCounts {
    let succeeded: Int
    let failed: Int
    /// Answers with a status of 200 to 299.
    let good: Int
    /// Bytes of content.
    let content: Int

    /// Runs `h2load` to its end.
    static func load(_ url: String, _ arguments: [String], seconds: Double = 120) throws -> LoadCounts {
        let finished = try ChildProcess.run(Tool.h2load.path(), arguments + [url], seconds: seconds)
        return try LoadCounts(finished.succeeded())
    }

    /// Reads what `h2load` has written.
    init(_ text: String) throws {
        guard
            let requests = text.firstMatch(
                of: #/(\d+) succeeded, (\d+) failed, (\d+) errored, (\d+) timeout/#),
            let good = text.firstMatch(of: #/status codes: (\d+) 2xx/#),
            let content = text.firstMatch(of: #/\((\d+)\) data/#)
        else { throw HarnessError("h2load said: \(text)") }
        let numbers = [requests.1, requests.2, requests.3, requests.4, good.1, content.1].map { Int($0) ?? 0 }
        succeeded = numbers[0]
        failed = numbers[1] + numbers[2] + numbers[3]
        self.good = numbers[4]
        self.content = numbers[5]
    }
}
