import Foundation

/// A member that fails as a ``Fault`` says.
final class FaultyMember {
    /// Its address, as a configuration has it.
    let url: String
    /// What the configuration has for it beside its address: top-level keys.
    let settings: String
    /// Makes it fail that has answered first; returns when Martlet has heard of it where no request tells it.
    let fail: (_ martlet: MartletProcess) throws -> Void
    /// Lets it end that cannot while it fails; called once, when the test is over.
    let mend: () -> Void
    /// Who it is, while it runs.
    private let belongings: [Any]

    private init(
        _ url: String, _ belongings: Any..., settings: String = "",
        fail: @escaping (_ martlet: MartletProcess) throws -> Void = { _ in }, mend: @escaping () -> Void = {}
    ) {
        self.url = url
        self.settings = settings
        self.belongings = belongings
        self.fail = fail
        self.mend = mend
    }

    static func start(_ fault: Fault) throws -> FaultyMember {
        switch fault {
        case .refuses:
            let address = try RefusingAddress()
            return FaultyMember(address.endpoint.memberURL, address)
        case .takesNoConnection:
            let (descriptor, endpoint) = try SocketAddress.listen(at: .ipv4(port: 0), backlog: 0)
            let waiting = try Socket(to: endpoint)
            return FaultyMember(endpoint.memberURL, waiting, mend: { close(descriptor) })
        case .killed: return try nginx(SIGKILL)
        case .stopped: return try nginx(SIGSTOP)
        case .nameless(let way): return try named(way)
        case .unplugged:
            let network = try CutNetwork()
            return FaultyMember(network.url, network, fail: { _ in try network.unplug() })
        case .dropped:
            let network = try CutNetwork()
            return FaultyMember(network.url, network, fail: { _ in try network.drop() })
        default:
            let member = try RecordingMember { try play(fault, on: $0) }
            return FaultyMember(member.endpoint.memberURL, member)
        }
    }

    private static func nginx(_ signal: Int32) throws -> FaultyMember {
        let nginx = try Nginx.atPort(server: "location / { return 200 ok; }")
        let master = nginx.process.identifier
        let children = try String(contentsOfFile: "/proc/\(master)/task/\(master)/children", encoding: .utf8)
        let processes = [master] + children.split(separator: " ").compactMap { pid_t($0) }
        return FaultyMember(
            nginx.endpoint.memberURL, nginx,
            fail: { _ in
                for process in processes { kill(process, signal) }
                if signal == SIGKILL { _ = try nginx.process.waitForEnd() }
            },
            mend: { if signal == SIGSTOP { for process in processes { kill(process, SIGCONT) } } })
    }

    /// A member that is known by its name, at 127.0.0.11.
    private static func named(_ way: Fault.Naming) throws -> FaultyMember {
        let port = try FreePort.choose()
        let member = try RecordingMember(at: .loopback(11, port: port), answering: "ok")
        let server = try NameServer(["app.test": [11]])

        func move(_ martlet: MartletProcess, from old: Int, to new: Int) throws {
            let before = martlet.process.errors.bytes.count
            try server.tell(["app.test": [new]])
            try martlet.process.errors.wait(
                for: "node1: 127.0.0.\(old):\(port) -> 127.0.0.\(new):\(port)", seconds: 30, after: before)
        }

        return FaultyMember(
            "http://app.test:\(port)", member, server,
            settings: "dns: { \(server.declaration), ttl-min: 100ms, ttl-max: 1s }",
            fail: { martlet in
                switch way {
                case .silent:
                    server.stop()
                    try martlet.process.errors.wait(for: "is used on", seconds: 30)
                case .unknown:
                    try server.tell([:])
                    try martlet.process.errors.wait(for: "is used on", seconds: 30)
                case .astray: try move(martlet, from: 11, to: 12)
                case .flapping:
                    for _ in 0..<2 {
                        try move(martlet, from: 11, to: 12)
                        try move(martlet, from: 12, to: 11)
                    }
                }
            })
    }

    private static let head = "HTTP/1.1 200 OK\r\nContent-Length: 40\r\n\r\n"
    private static let content = String(repeating: "0123456789", count: 4)

    private static func tenths(_ count: Int, of text: String) -> [UInt8] {
        Array(text.utf8.prefix(text.utf8.count * count / 10))
    }

    private static func play(_ fault: Fault, on connection: MemberConnection) throws {
        switch fault {
        case .closesAtOnce: return
        case .answersEarly:
            guard try connection.readHead() != nil else { return }
            try connection.send(Answer.ok("ok", fields: "Connection: close\r\n"))
            return connection.waitForEnd()
        default: break
        }
        guard try connection.readRequest() != nil else { return }
        switch fault {
        case .cutsHead(let tenth): try connection.send(tenths(tenth, of: head))
        case .cutsBody(let tenth): try connection.send(Array(head.utf8) + tenths(tenth, of: content))
        case .resets: connection.socket.reset()
        case .garbage: try connection.send("nonsense\r\n\r\n")
        case .closesBehindAnswer: try connection.send(Answer.ok("ok"))
        case .closesAtRandom:
            try connection.send(Answer.ok("ok"))
            _ = connection.socket.waitForInput(seconds: .random(in: 0...0.003))
        case .closesUnderNextRequest:
            try connection.send(Answer.ok("ok"))
            _ = try connection.readRequest()
        default: connection.waitForEnd()
        }
    }
}
