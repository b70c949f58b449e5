import Bytes
import HTTP
import Model

/// 100 Continue (RFC 9110, section 10.1.1): asked for by the client, or by the edge that probes a member before it gets
/// a request's content (`ping`).
extension Exchange {
    private static let goOn = Array("HTTP/1.1 100 Continue\r\n\r\n".utf8)

    /// Asks the member that was chosen for 100 Continue, if it declares that it wants to be.
    func beginProbing() {
        guard outbound.mayProbe else { return }
        outbound.continuation = pingMillis == nil ? .none : .probing
    }

    /// Milliseconds that the member has to say so.
    var pingMillis: Int? {
        guard let balancer, let index = record.memberIndex else { return nil }
        let member = balancer.configuration.members[index]
        return member.speaks == .http1 ? member.pingMilliseconds : nil
    }

    /// Has the client send its content where the member, which has the head, knows no way to ask for it.
    func sayContinue() {
        outbound.continuation = .none
        setUpstreamDeadline()
        let limits = bench.settings.answerHeadLimits
        bench.stores.answerHead.lend { head in
            guard head.parseWhole(Self.goOn.span, to: facts.method, limits: limits) != nil else { return }
            client?.sendInterim(head, source: Self.goOn.span, omitting: nil)
        }
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
