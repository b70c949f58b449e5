import Balancing
import Model

/// Complains about methods that would hear no heartbeats, and about heartbeats that nobody would hear.
enum HeartbeatDecoder {
    /// Looks at a balancer.
    ///
    /// - Parameters:
    ///   - isListening: whether heartbeats are listened for by UDP.
    static func check(_ section: Section, _ balancer: BalancerConfiguration, isListening: Bool) {
        guard balancer.method == .heartbeat, section["heartbeat-field"] == nil else { return }
        guard isListening else {
            section["method"]?.complain(
                "heartbeats are not listened for",
                cure: .add(
                    "heartbeat-field: X-Heartbeat", ", or heartbeat-listen at the top, to say where they come from"))
            return
        }
        for member in balancer.members {
            guard case .unix = member.address else { continue }
            section["members"]?.complain(
                "\(member.name) has no IP address, by which it would be known when it is heard",
                cure: "add heartbeat-field, or give it one")
        }
    }

    /// Looks at `heartbeat-listen`.
    ///
    /// - Parameters:
    ///   - balancers: all that are declared.
    ///   - areRight: whether nothing was found about them; else one of heartbeat may only be misspelt.
    static func check(listen slot: Slot?, balancers: [BalancerConfiguration], areRight: Bool) {
        guard areRight, !balancers.contains(where: { $0.method == .heartbeat }) else { return }
        slot?.complain(
            "no balancer has the method heartbeat", cure: .takeAway("take it away, or set method: heartbeat"))
    }
}
