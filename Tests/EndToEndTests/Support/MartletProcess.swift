import Foundation

/// The built binary, running with a folder of its own.
final class MartletProcess: Sendable {
    /// An address that it said it listens on.
    struct Listening: Sendable {
        let endpoint: Endpoint
        let isTLS: Bool
    }

    let process: ChildProcess
    let folder: TemporaryFolder
    let listening: [Listening]
    /// Where the configuration stands, for a test that changes it and reloads; empty under `proxy`.
    let configurationFile: String

    /// Runs `martlet run` with a configuration and waits until it listens.
    ///
    /// - Parameters:
    ///   - folder: the configuration is written there, so relative paths in it start there.
    ///   - descriptors: limit of open descriptors, set before the program starts.
    ///   - program: what runs in place of the built binary, with its arguments before Martlet's.
    static func run(
        _ configuration: String, in folder: TemporaryFolder, environment: [String: String] = [:],
        descriptors: Int? = nil, program: [String]? = nil
    ) throws -> MartletProcess {
        let file = try folder.write(configuration, to: "martlet.yaml")
        let limit = try descriptors.map { [try Tool.prlimit.path(), "--nofile=\($0):\($0)"] } ?? []
        return try MartletProcess(
            limit + (program ?? [binary()]), ["run", file], folder: folder, configurationFile: file,
            environment: environment)
    }

    /// Runs `martlet proxy` with the given arguments and waits until it listens.
    static func proxy(_ arguments: [String], in folder: TemporaryFolder) throws -> MartletProcess {
        try MartletProcess(
            [binary()], ["proxy"] + arguments, folder: folder, configurationFile: "", environment: [:])
    }

    private init(
        _ program: [String], _ arguments: [String], folder: TemporaryFolder, configurationFile: String,
        environment: [String: String]
    ) throws {
        self.folder = folder
        self.configurationFile = configurationFile
        process = try ChildProcess(
            program[0], program.dropFirst() + arguments, environment: environment, folder: folder.path)
        let expected = try MartletProcess.countOfListeners(arguments, configurationFile: configurationFile)
        listening = try process.errors.wait { lines in
            let ready = lines.compactMap(MartletProcess.listening)
            return ready.count >= expected ? ready : nil
        }
    }

    /// The release binary beside the test bundle.
    static func binary() throws -> String {
        let executable = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
        let beside = (executable as NSString).deletingLastPathComponent + "/martlet"
        let package = #filePath.components(separatedBy: "/Tests/")[0]
        for candidate in [beside, package + "/.build/release/martlet"]
        where FileManager.default.isExecutableFile(atPath: candidate) {
            return candidate
        }
        throw HarnessError("martlet is not built: swift build -c release --product martlet")
    }

    /// Runs a verb that ends by itself.
    static func command(_ arguments: [String], folder: String? = nil, seconds: Double = 20) throws -> Finished {
        try ChildProcess.run(binary(), arguments, folder: folder, seconds: seconds)
    }

    /// The first TLS address.
    var tls: Endpoint { first(isTLS: true) }
    /// The first address in cleartext.
    var cleartext: Endpoint { first(isTLS: false) }
    var log: String { process.errors.text }

    private func first(isTLS: Bool) -> Endpoint {
        guard let found = listening.first(where: { $0.isTLS == isTLS }) else {
            preconditionFailure("the configuration of this test has no such listener")
        }
        return found.endpoint
    }

    /// Sends SIGHUP and waits until the log says that the swap is complete.
    ///
    /// - Returns: the generation that the log names.
    @discardableResult
    func reload(seconds: Double = 20) throws -> Int {
        let before = process.errors.bytes.count
        process.signal(SIGHUP)
        return try process.errors.wait(seconds: seconds, after: before) { lines in
            lines.lazy.compactMap(MartletProcess.generation).first
        }
    }

    /// Writes another configuration in place of the first.
    func writeConfiguration(_ text: String) throws {
        try folder.write(text, to: "martlet.yaml")
    }

    /// Ends it with SIGTERM and returns how it ended.
    @discardableResult
    func terminate(seconds: Double = 40) throws -> ChildProcess.Ending {
        process.signal(SIGTERM)
        return try process.waitForEnd(seconds: seconds)
    }

    /// Reads `… listening on 127.0.0.1:8443 (tls)`.
    private static func listening(_ line: String) -> Listening? {
        guard let start = line.range(of: "listening on ") else { return nil }
        let rest = line[start.upperBound...]
        guard let endpoint = Endpoint(rest.prefix { $0 != " " && $0 != "\"" }) else { return nil }
        return Listening(endpoint: endpoint, isTLS: rest.contains("(tls)"))
    }

    /// Reads the number behind the word `generation`.
    private static func generation(_ line: String) -> Int? {
        guard let word = line.range(of: "generation") else { return nil }
        return Int(line[word.upperBound...].drop { !$0.isNumber }.prefix { $0.isNumber })
    }

    private static func countOfListeners(_ arguments: [String], configurationFile: String) throws -> Int {
        if configurationFile.isEmpty { return max(1, arguments.filter { $0.hasPrefix("--listen") }.count) }
        let text = try String(contentsOfFile: configurationFile, encoding: .utf8)
        return text.matches(of: #/(?:- |\{ ?)address:/#).count
    }
}
