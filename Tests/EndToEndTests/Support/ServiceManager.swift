import Foundation

/// A service manager that has started Martlet, and hears it.
final class ServiceManager: Sendable {
    private let process: ChildProcess
    private let seen = Monitor(0)

    /// - Parameters:
    ///   - socket: a path, or `@` and a name.
    ///   - configuration: what Martlet serves, in its folder.
    init(
        at socket: String, watchdogMicroseconds: Int = 0, configuration: String, _ flags: [String] = [],
        in folder: TemporaryFolder
    ) throws {
        let file = try folder.write(configuration, to: "martlet.yaml")
        process = try PythonScript.start(
            "manager.py",
            [socket, "\(watchdogMicroseconds)", MartletProcess.binary(), "run"] + flags + [file])
    }

    /// What Martlet has written to its event log.
    var log: Output { process.errors }

    /// Has something done; see `Scripts/manager.py`.
    ///
    /// - Returns: the rest of the line that says that it is.
    @discardableResult
    func ask(_ command: String, until word: String, seconds: Double = 40) throws -> String {
        try process.write(command + "\n")
        return try next(word, seconds: seconds)
    }

    /// Waits for the next line that begins with a word, behind those that were waited for before.
    func next(_ word: String, seconds: Double = 20) throws -> String {
        let start = seen.withLock { $0 }
        let (line, end) = try process.output.wait(seconds: seconds, after: start) { lines -> (String, Int)? in
            guard let index = lines.firstIndex(where: { $0.hasPrefix(word + " ") || $0 == word }) else { return nil }
            return (lines[index], lines[...index].reduce(0) { $0 + $1.utf8.count + 1 })
        }
        seen.withLock { $0 = start + end }
        return String(line.dropFirst(word.count + 1))
    }

    /// Waits for what Martlet tells next.
    func told() throws -> [String] {
        try next("told").split(separator: "|").map(String.init)
    }

    /// Starts Martlet, and waits until it is ready.
    ///
    /// - Returns: where it listens first.
    func start() throws -> Endpoint {
        let before = log.bytes.count
        try ask("start", until: "started")
        return try log.wait(after: before) { lines in lines.lazy.compactMap(Self.endpoint).first }
    }

    private static func endpoint(_ line: String) -> Endpoint? {
        line.range(of: "listening on ").flatMap { Endpoint(line[$0.upperBound...].prefix { $0 != " " }) }
    }
}
