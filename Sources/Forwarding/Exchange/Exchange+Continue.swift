import Model

/// 100 Continue (RFC 9110, section 10.1.1): asked for by the client, or by the edge that probes a member before it gets
/// a request's content (`ping`).
extension Exchange {
    /// Asks the member that was chosen for 100 Continue, if it declares that it wants to be.
    func beginProbing() {
        guard outbound.mayProbe else { return }
        outbound.continuation = pingMillis == nil ? .none : .probing
    }

    /// Milliseconds that the member has to say so.
    var pingMillis: Int? {
        guard let balancer, let index = record.memberIndex else { return nil }
        return balancer.configuration.members[index].pingMilliseconds
    }

    /// The member has said 100 Continue.
    ///
    /// - Returns: whether it was the edge that had asked.
    func endContinuation() -> Bool {
        let asked = outbound.continuation
        outbound.continuation = .none
        setUpstreamDeadline()
        guard asked == .probing else { return false }
        sendOn()
        return true
    }
}
