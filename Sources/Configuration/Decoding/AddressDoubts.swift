import Limiting
import Model

/// Warns of members' addresses that are most likely not what was meant.
struct AddressDoubts {
    private let listeners: [ListenAddress]
    private var seen: [MemberConfiguration.Address: (name: String, origin: Origin)] = [:]

    /// Begins with a balancer.
    ///
    /// - Parameter listeners: where Martlet itself waits.
    init(listeners: [ListenAddress]) {
        self.listeners = listeners
    }

    /// Looks at a member's address.
    ///
    /// - Parameter speaks: what it is said to speak there.
    mutating func check(
        _ address: MemberConfiguration.Address, speaks: MemberConfiguration.ApplicationProtocol, of name: String,
        at slot: Slot
    ) {
        if let first = seen[address] {
            slot.warn(
                "member \(first.name) at \(slot.said(first.origin)) waits there too",
                cure: "name another address, or give one member the load-factor of both")
        } else {
            seen[address] = (name, slot.node.origin)
        }
        if let listener = listeners.first(where: { Self.reaches(address, $0) }) {
            slot.warn(
                "Martlet listens there itself, on \(listener), and each request would come back without end",
                cure: "name the address of the backend")
        }
        if speaks == .http1, case .unix(let path) = address, SocketURL.looksLikeFastCGI(path) {
            let url = MemberURL(address: address, speaks: .fastCGI).description
            slot.warn(
                "this looks like the socket of php-fpm, which speaks FastCGI: each answer would be a 502",
                cure: url.yaml.map { .write($0) })
        }
    }

    /// Warns of a member of AJP that serves whoever reaches it.
    func checkSecret(of member: MemberConfiguration, at slot: Slot) {
        guard member.speaks == .ajp, member.secret == nil, member.secretPath == nil else { return }
        if case .host(let host, _) = member.address, host == "localhost" || IPAddress(host)?.isLoopback == true {
            return
        }
        slot.warn(
            "without a secret, whoever else reaches this port can read the application's files and pose as any client",
            cure: "write secret: here, and the same at Tomcat's connector")
    }

    /// Whether who connects to a member there comes to a listener.
    static func reaches(_ address: MemberConfiguration.Address, _ listener: ListenAddress) -> Bool {
        switch (address, listener) {
        case (.unix(let path), .unix(let other)): return path == other
        case (.host(let host, let port), .ip(let other, let otherPort)):
            guard port == otherPort, let waiting = IPAddress(other) else { return false }
            guard let called = IPAddress(host) else {
                return host == "localhost" && (waiting.isUnspecified || waiting.isLoopback)
            }
            return called.bits == waiting.bits || waiting.isUnspecified && (called.isLoopback || called.isUnspecified)
        default: return false
        }
    }
}

extension MemberConfiguration.Address {
    /// Whether it has no name that could be looked up.
    var isLiteral: Bool {
        switch self {
        case .unix: true
        case .host(let host, _): IPAddress(host) != nil
        case .service: false
        }
    }
}
