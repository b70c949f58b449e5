import Balancing
import Forwarding

/// Decodes where heartbeats are heard, and complains about methods that would not hear any.
enum HeartbeatDecoder {
    /// Decodes `heartbeat-field` of a balancer.
    ///
    /// - Parameter isListening: whether heartbeats are listened for by UDP.
    static func field(_ section: Section, _ method: Balancing.Method?, isListening: Bool) -> String? {
        let slot = section["heartbeat-field"]
        if method == .heartbeat, slot == nil, !isListening {
            section["method"]?.complain(
                "heartbeats are not listened for",
                cure: "add heartbeat-field, or heartbeat-listen at the top, to say where they come from")
        } else if method != .heartbeat {
            slot?.complain("only the method heartbeat looks at it", cure: "take it away, or set method: heartbeat")
        }
        return slot?.ownField(such: "X-Heartbeat")
    }

    /// Decodes `heartbeat-listen`.
    ///
    /// - Parameter balancers: all that are declared.
    static func address(
        _ slot: Slot?, from folder: BaseFolder, balancers: [BalancerConfiguration]
    ) -> ListenAddress? {
        guard let slot else { return nil }
        if !balancers.contains(where: { $0.method == .heartbeat }) {
            slot.complain("no balancer has the method heartbeat", cure: "take it away, or set method: heartbeat")
        }
        return slot.parsed { text throws(GrammarError) in
            let address = try ListenAddress.parse(text, from: folder, examplePort: 27_999)
            guard case .ip(let host, _) = address else {
                throw GrammarError("is a path, which UDP does not have", cure: "write 127.0.0.1:27999")
            }
            guard let number = IPAddress(host), !number.isMulticast else {
                throw GrammarError(
                    "is a multicast group",
                    cure: "write an address of this machine, and the same as HeartbeatAddress on the backends")
            }
            return address
        }
    }
}
