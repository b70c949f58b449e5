import Foundation

/// A member in a network namespace of its own, on this machine, whose network is cut.
final class CutNetwork: Sendable {
    /// Its address, as a configuration has it.
    let url: String
    private let member: ChildProcess
    private let name: String
    /// The address at this end of the link.
    private let near: String

    /// So that networks of one process do not meet.
    private static let places = Monitor(0)

    init() throws {
        let place = Self.places.withLock { place in
            place = (place + 1) % 64
            return place
        }
        name = "martlet-\(getpid())-\(place)"
        // The addresses of RFC 2544 for tests: nobody else's.
        let network = "198.18.\(getpid() % 256)"
        near = "\(network).\(place * 4 + 1)"
        let far = "\(network).\(place * 4 + 2)"
        let link = "mv\(getpid() % 100_000)-\(place)"
        try Self.ip("netns", "add", name)
        try Self.ip("link", "add", link, "type", "veth", "peer", "name", "member", "netns", name)
        try Self.ip("address", "add", "\(near)/30", "dev", link)
        try Self.ip("link", "set", link, "up")
        try Self.ip("-n", name, "address", "add", "\(far)/30", "dev", "member")
        try Self.ip("-n", name, "link", "set", "member", "up")
        member = try ChildProcess(
            Tool.ip.path(),
            ["netns", "exec", name, Tool.python3.path(), "-u", "-B", PythonScript.path("fault_member.py"), far])
        let line = try member.output.wait(for: "listening ")
        guard let port = Int(line.dropFirst("listening ".count)) else { throw HarnessError(line) }
        url = "http://\(far):\(port)"
    }

    deinit {
        member.terminate()
        // The link goes with the namespace.
        try? Self.ip("netns", "delete", name)
    }

    /// Takes the member's link down.
    func unplug() throws {
        try Self.ip("-n", name, "link", "set", "member", "down")
    }

    /// Drops all that the member sends.
    func drop() throws {
        try Self.ip("-n", name, "route", "add", "blackhole", "\(near)/32")
    }

    private static func ip(_ arguments: String...) throws {
        _ = try ChildProcess.run(Tool.ip.path(), arguments).succeeded()
    }
}
