import Foundation

/// A member that fails as a ``Fault`` says.
final class FaultyMember {
    /// Its address, as a configuration has it.
    let url: String
    /// Makes it fail that has answered first.
    let fail: () throws -> Void
    /// Lets it end that cannot while it fails; called once, when the test is over.
    let mend: () -> Void
    /// Who it is, while it runs.
    private let belongings: [Any]

    private init(
        _ url: String, _ belongings: Any..., fail: @escaping () throws -> Void = {},
        mend: @escaping () -> Void = {}
    ) {
        self.url = url
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
        case .unplugged:
            let network = try CutNetwork()
            return FaultyMember(network.url, network, fail: network.unplug)
        case .dropped:
            let network = try CutNetwork()
            return FaultyMember(network.url, network, fail: network.drop)
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
            fail: {
                for process in processes { kill(process, signal) }
                if signal == SIGKILL { _ = try nginx.process.waitForEnd() }
            },
            mend: { if signal == SIGSTOP { for process in processes { kill(process, SIGCONT) } } })
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
        case .closesUnderNextRequest:
            try connection.send(Answer.ok("ok"))
            _ = try connection.readRequest()
        default: connection.waitForEnd()
        }
    }
}
