import HTTP

/// 100 Continue (RFC 9110, section 10.1.1): asked for by the client, or by the edge that probes a member before it gets
/// a request's content (`ping`).
extension Exchange {
    /// Whose turn it is while a request's content has not begun.
    enum Continuation {
        /// Nobody waits for 100 Continue.
        case none
        /// The client does: the member is to answer its head, or the client loses patience.
        case clientAsks
        /// The edge does: content is kept back, so that another member can be given the request.
        case probing
    }

    /// Asks the member that was chosen for 100 Continue, if it declares that it wants to be.
    func beginProbing() {
        guard mayProbe else { return }
        continuation = pingMillis == nil ? .none : .probing
    }

    /// Milliseconds that the member has to say so.
    var pingMillis: Int? {
        guard let farm, let index = record.memberIndex else { return nil }
        return farm.configuration.members[index].pingMilliseconds
    }

    /// The member has said 100 Continue.
    ///
    /// - Returns: whether it was the edge that had asked.
    func endContinuation() -> Bool {
        let asked = continuation
        continuation = .none
        setUpstreamDeadline()
        guard asked == .probing else { return false }
        flushRequest()
        resumeClient()
        return true
    }
}
