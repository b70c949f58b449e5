import Foundation

/// A name server of Debian's for the domain `test`, whose hosts a test writes.
final class NameServer: Sendable {
    let endpoint: Endpoint
    private let folder: TemporaryFolder
    private let process: Monitor<ChildProcess>
    private let arguments: [String]

    /// Starts it.
    ///
    /// - Parameters:
    ///   - hosts: numbers of 127.0.0.NUMBER by the names.
    ///   - services: lines of `srv-host` as dnsmasq has them.
    init(_ hosts: [String: [Int]], services: [String] = []) throws {
        folder = try TemporaryFolder()
        endpoint = .ipv4(port: try FreePort.choose())
        let file = try Self.write(hosts, in: folder)
        arguments =
            [
                "--no-daemon", "--conf-file=/dev/null", "--no-resolv", "--no-hosts", "--addn-hosts=\(file)",
                "--local=/test/", "--local-ttl=1", "--port=\(endpoint.port)", "--listen-address=127.0.0.1",
                "--bind-interfaces",
            ] + services.map { "--srv-host=\($0)" }
        process = Monitor(try Self.start(arguments))
        Belongings.keep(self)
    }

    deinit { stop() }

    private static func start(_ arguments: [String]) throws -> ChildProcess {
        let process = try ChildProcess(Tool.dnsmasq.path(), arguments)
        try process.errors.wait(for: "read ")
        return process
    }

    private static func write(_ hosts: [String: [Int]], in folder: TemporaryFolder) throws -> String {
        let lines = hosts.sorted { $0.key < $1.key }.flatMap { name, numbers in
            numbers.map { "127.0.0.\($0) \(name)\n" }
        }
        return try folder.write(lines.joined(), to: "hosts")
    }

    /// What the configuration of Martlet says of it.
    var declaration: String { "servers: [\"\(endpoint)\"]" }

    /// Answers otherwise from now on.
    func tell(_ hosts: [String: [Int]]) throws {
        _ = try Self.write(hosts, in: folder)
        let process = process.withLock { $0 }
        let before = process.errors.bytes.count
        process.signal(SIGHUP)
        try process.errors.wait(for: "read ", after: before)
    }

    /// Answers nobody any more.
    func stop() {
        process.withLock { $0 }.terminate()
    }

    /// Answers again.
    func restart() throws {
        let started = try Self.start(arguments)
        process.withLock { $0 = started }
    }
}
