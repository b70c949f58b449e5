import Balancing
import Forwarding

/// Decodes where heartbeats are heard, and complains about methods that would not hear any.
enum HeartbeatDecoder {
    /// Decodes `heartbeat-field` of a balancer.
    ///
    /// - Parameters:
    ///   - method: `nil` where it could not be read, or none is declared.
    ///   - isListening: whether heartbeats are listened for by UDP.
    ///   - members: those of the balancer that could be decoded.
    static func field(
        _ section: Section, _ method: Balancing.Method?, isListening: Bool, members: [MemberConfiguration]
    ) -> String? {
        let slot = section["heartbeat-field"]
        let isUnread = method == nil && section["method"] != nil
        if method == .heartbeat, slot == nil, !isListening {
            section["method"]?.complain(
                "heartbeats are not listened for",
                cure: .add(
                    "heartbeat-field: X-Heartbeat", ", or heartbeat-listen at the top, to say where they come from"))
        } else if method != .heartbeat, !isUnread {
            slot?.complain(
                "only the method heartbeat looks at it", cure: .takeAway("take it away, or set method: heartbeat"))
        }
        if method == .heartbeat, slot == nil, isListening {
            for member in members {
                guard case .unix = member.address else { continue }
                section["members"]?.complain(
                    "\(member.name) has no IP address, by which it would be known when it is heard",
                    cure: "add heartbeat-field, or give it one")
            }
        }
        return slot?.ownField(such: "X-Heartbeat")
    }

    /// Decodes `heartbeat-listen`.
    ///
    /// - Parameters:
    ///   - balancers: all that are declared.
    ///   - areRight: whether nothing was found about them; else one of heartbeat may only be misspelt.
    static func address(_ slot: Slot?, balancers: [BalancerConfiguration], areRight: Bool) -> ListenAddress? {
        guard let slot else { return nil }
        if areRight, !balancers.contains(where: { $0.method == .heartbeat }) {
            slot.complain(
                "no balancer has the method heartbeat", cure: .takeAway("take it away, or set method: heartbeat"))
        }
        return slot.parsed { text throws(GrammarError) in
            if text.hasPrefix("unix:") {
                throw GrammarError("is a path, which UDP does not have", meant: "127.0.0.1:27999")
            }
            if let end = text.firstRange(of: "://") {
                throw GrammarError("has a scheme", meant: String(text[end.upperBound...]))
            }
            let (address, port) = try ListenAddress.parse(text, examplePort: 27_999)
            guard !address.isMulticast else {
                throw GrammarError(
                    "is a multicast group",
                    cure: "write an address of this machine, here and in the backends' HeartbeatAddress")
            }
            return .ip(host: address.description, port: port)
        }
    }
}
