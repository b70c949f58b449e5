import Balancing
import Forwarding
import Reactor

/// Asking and being answered, in one step.
extension Stage {
    /// What lets every client of a test ask why it got its member.
    static let explaining = "explain-from: [198.51.100.0/24]"

    /// The connections that have an exchange, in the order in which they were begun.
    var lent: [ScriptedConnection] { connections.filter(\.isLent) }

    /// Asks for something without sending content, and has the member answer at once.
    ///
    /// - Parameters:
    ///   - cookie: the value of a Cookie field.
    ///   - fields: further lines, without their ends.
    @discardableResult
    func ask(
        _ target: String = "/", cookie: String? = nil, fields: [String] = [], method: String = "GET",
        answer: String = Answer.empty
    ) throws -> Reply {
        let lines = ["Host: shop.test"] + (cookie.map { ["Cookie: " + $0] } ?? []) + fields + ["X-Martlet-Explain: 1"]
        let text = lines.map { $0 + "\r\n" }.joined()
        return try settle(answer) { try send("\(method) \(target) HTTP/1.1\r\n\(text)\r\n") }
    }

    /// Sends a request, and has the member answer that gets it.
    func settle(_ answer: String = Answer.empty, _ send: () throws -> ScriptedClient) throws -> Reply {
        let before = lent
        let client = try send()
        let connection = lent.first { one in !before.contains { $0 === one } }
        connection?.answer(answer)
        return Reply(member: connection?.member ?? "", request: connection?.request ?? "", client: client)
    }

    /// Sends the head of a client that has such an address, and speaks TLS or not.
    func send(_ head: String, from address: SocketAddress, isSecure: Bool = false) throws -> ScriptedClient {
        try ScriptedClient(head, peer: ClientPeer(address: address, isSecure: isSecure, edge: edge), on: bench)
    }

    /// Sends the head of a client that speaks TLS.
    func sendSecurely(_ head: String) throws -> ScriptedClient {
        try send(head, from: SocketAddress(host: "198.51.100.7", port: 40_000)!, isSecure: true)
    }

    // MARK: - Members

    /// Milliseconds of the clock.
    var now: Int64 { Int64(clock.nowMillis) }

    /// A member of the first balancer, or of another one.
    func member(_ name: String, ofBalancer balancer: Int = 0) -> Member {
        guard let member = edge.balancers[balancer].chooser.members.first(where: { $0.name == name }) else {
            preconditionFailure("there is no member \(name)")
        }
        return member
    }

    /// Puts members of the first balancer in error from now on.
    func fail(_ names: String...) {
        for name in names { member(name).fail(now: now) }
    }

    /// Whether nothing is under way on any member, as far as they count it.
    var isQuiet: Bool {
        edge.balancers.allSatisfy { balancer in balancer.chooser.members.allSatisfy { $0.state.inFlightCount == 0 } }
    }
}
