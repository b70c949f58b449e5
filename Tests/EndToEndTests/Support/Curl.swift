import Foundation

/// curl with a cookie jar of its own.
struct Curl: Sendable {
    /// One answer, as curl counted it.
    struct Answer: Sendable {
        let status: Int
        /// 0 when the connection was reused.
        let newConnections: Int
        /// curl's own code, 0 when all went well.
        let exitCode: Int
        let body: String
    }

    /// One request of a run.
    struct Request: Sendable {
        var target: String
        /// Sent as a form when not nil.
        var form: String?
        var fields: [String] = []
    }

    let folder: TemporaryFolder
    let endpoint: Endpoint
    let host: String
    /// The authority to trust; nil for cleartext.
    let authority: String?
    /// Where cookies are kept; nil for none.
    var jar: String?
    /// Which version of HTTP it speaks, as curl's option has it.
    var version = "--http1.1"
    /// Seconds after which it gives up.
    var secondsMax = 60

    init(
        to martlet: MartletProcess, host: String = "shop.example.com", authority: String? = nil,
        keepsCookies: Bool = true
    ) throws {
        folder = try TemporaryFolder()
        endpoint = authority == nil ? martlet.cleartext : martlet.tls
        self.host = host
        self.authority = authority
        jar = keepsCookies ? folder.path + "/jar" : nil
    }

    private var base: String { "\(authority == nil ? "http" : "https")://\(host):\(endpoint.port)" }

    /// Arguments that every request needs.
    private func common() -> [String] {
        var lines = ["--silent", "--show-error", version, "--max-time", "\(secondsMax)", "--noproxy", "*"]
        let address = if case .ipv6 = endpoint { "[::1]" } else { "127.0.0.1" }
        lines += ["--resolve", "\(host):\(endpoint.port):\(address)"]
        if let authority { lines += ["--cacert", authority] }
        if let jar { lines += ["--cookie", jar, "--cookie-jar", jar] }
        return lines
    }

    /// Runs requests one after the other in one curl process, over one connection where it stays open.
    func run(_ requests: [Request]) throws -> [Answer] {
        let mark = "\u{1e}"
        var arguments: [String] = []
        for (index, request) in requests.enumerated() {
            if index > 0 { arguments.append("--next") }
            arguments += common() + ["--write-out", "\u{1f}%{http_code} %{num_connects} %{exitcode}\(mark)"]
            for field in request.fields { arguments += ["--header", field] }
            if let form = request.form { arguments += ["--data", form] }
            arguments.append(base + request.target)
        }
        let finished = try ChildProcess.run(Tool.curl.path(), arguments, seconds: 120)
        return try finished.text.split(separator: "\u{1e}").map { part in
            let halves = part.split(separator: "\u{1f}", omittingEmptySubsequences: false)
            let numbers = halves.last?.split(separator: " ").compactMap { Int($0) } ?? []
            guard halves.count == 2, numbers.count == 3 else { throw HarnessError("curl said: \(finished.text)") }
            return Answer(
                status: numbers[0], newConnections: numbers[1], exitCode: numbers[2], body: String(halves[0]))
        }
    }

    /// Runs curl for one target with arguments of the test's own.
    ///
    /// - Parameter input: what it reads from a pipe.
    func run(
        _ target: String = "/", _ arguments: [String], input: String = "", seconds: Double = 60
    ) throws -> Finished {
        try run([target], arguments, input: input, seconds: seconds)
    }

    /// Runs one curl for several targets with arguments of the test's own.
    func run(
        _ targets: [String], _ arguments: [String], input: String = "", seconds: Double = 60
    ) throws -> Finished {
        try ChildProcess.run(
            Tool.curl.path(), common() + arguments + targets.map { base + $0 }, input: input, seconds: seconds)
    }

    /// Starts curl for one target and does not wait for its end.
    func start(_ target: String, _ arguments: [String]) throws -> ChildProcess {
        try ChildProcess(Tool.curl.path(), common() + arguments + [base + target])
    }

    /// What a page has said in lines of names and values.
    func told(_ target: String, _ arguments: String...) throws -> [String: String] {
        var told: [String: String] = [:]
        for line in try run(target, arguments).succeeded().split(separator: "\n") {
            let pair = line.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            if pair.count == 2 { told[String(pair[0])] = String(pair[1]) }
        }
        return told
    }

    /// The head of the answer to a request, redirects and interim ones left as they are.
    func head(_ target: String = "/", _ arguments: [String] = []) throws -> WireMessage {
        let file = "\(folder.path)/head-\(UUID().uuidString)"
        let finished = try run(target, ["--dump-header", file, "--output", file + ".body"] + arguments)
        guard finished.ending == .exited(0) else { throw HarnessError("curl: \(finished.errors)") }
        var message = WireMessage(head: Array(try Data(contentsOf: URL(fileURLWithPath: file))))
        message.content = Array((try? Data(contentsOf: URL(fileURLWithPath: file + ".body"))) ?? Data())
        return message
    }
}
