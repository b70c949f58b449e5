/// A member that speaks HTTP/2 in cleartext as `http2_member.py` says, for what no real server can be made to do.
final class HTTP2Member: Sendable {
    let process: ChildProcess
    let endpoint: Endpoint

    init(_ arguments: String...) throws {
        process = try PythonScript.start("http2_member.py", arguments)
        let line = try process.output.wait(for: "listening ")
        guard let port = Int(line.dropFirst("listening ".count)) else { throw HarnessError(line) }
        endpoint = .ipv4(port: port)
    }

    /// The lines that begin with a word, without it; what it writes is read on another thread.
    ///
    /// - Parameter countMin: as many are waited for.
    func said(_ word: String, _ countMin: Int) throws -> [String] {
        try process.output.wait { lines in
            let said = lines.filter { $0.hasPrefix(word + " ") }.map { String($0.dropFirst(word.utf8.count + 1)) }
            return said.count >= countMin ? said : nil
        }
    }
}
