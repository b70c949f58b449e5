import Session

/// What heads say of the member that they are sent to: its host, and what was decided. Made once for a balancer.
struct MemberLines: Sendable {
    /// `Host` of each member.
    private let hosts: [[UInt8]]
    /// What `facts` says of each member whatever was decided; empty where it is off.
    private let facts: [[UInt8]]
    /// Whether some member is probed before it gets content (`ping`).
    let probes: Bool
    /// The member's route within a line that says what was asked for.
    private let askedRoutes: [[UInt8]]

    init(_ configuration: BalancerConfiguration) {
        hosts = configuration.members.map { Self.line("Host", $0.authority) }
        probes = configuration.members.contains { $0.pingMilliseconds != nil }
        guard configuration.tellsFacts else {
            facts = []
            askedRoutes = []
            return
        }
        let sticky = configuration.affinity?.stickyName(balancer: configuration.name)
        facts = configuration.members.map { member in
            Self.line("X-Balancer-Name", configuration.name) + Self.line("X-Balancer-Worker-Name", member.name)
                + Self.line("X-Balancer-Worker-Route", member.route)
                + (sticky.map { Self.line("X-Balancer-Session-Sticky", $0) } ?? [])
        }
        askedRoutes = configuration.members.map { Self.line("X-Balancer-Session-Route", $0.route) }
    }

    /// Whether heads are told what was decided.
    var tellsFacts: Bool { !facts.isEmpty }

    /// Appends the lines for a member.
    ///
    /// - Parameters:
    ///   - asked: the member whose route was asked for; `nil`: none.
    ///   - includingHost: whether the member gets its own host.
    ///   - probing: whether it is to say 100 Continue before it gets content.
    func append(to lines: inout [UInt8], member: Int, asked: Int?, includingHost: Bool, probing: Bool) {
        if includingHost { lines += hosts[member] }
        if probing { lines += Self.expectation }
        guard tellsFacts else { return }
        lines += facts[member]
        if let asked { lines += askedRoutes[asked] }
        // As Apache says it: also where there is no route yet.
        if asked != member { lines += Self.changed }
    }

    private static let expectation = line("Expect", "100-continue")
    private static let changed = line("X-Balancer-Route-Changed", "1")

    private static func line(_ name: String, _ value: String) -> [UInt8] {
        Array("\(name): \(value)\r\n".utf8)
    }
}

extension MemberConfiguration {
    /// The host and, where it is not 80, the port by which the member is named in its own `Host`.
    var authority: String {
        guard case .host(let host, let port) = address else { return "localhost" }
        let name = host.contains(":") ? "[\(host)]" : host
        return port == 80 ? name : "\(name):\(port)"
    }
}

extension AffinityConfiguration {
    /// The name of the cookie or parameter that ties a client to its member; `nil` where another thing does.
    fileprivate func stickyName(balancer: String) -> String? {
        switch self {
        case .route(let cookie, let parameter, _, _): cookie ?? parameter
        case .hash(.cookie(let name), _), .hash(.parameter(let name), _): name
        case .hash: nil
        case .insert(let inserted): inserted.cookie ?? InsertedCookie.name(balancer: balancer)
        case .prefix(let cookie): cookie
        case .sealed(let sealed): sealed.cookie ?? sealed.parameter
        }
    }
}
