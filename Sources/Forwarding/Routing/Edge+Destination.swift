import Balancing
import Bytes
import HTTP
import Model

extension Edge {
    /// Who answers for a request.
    enum Destination {
        /// One of the balancer's members, if one can, and what is changed on the way to it; `nil`: nothing.
        case balancer(Balancer, PathMapping?)
        /// Martlet itself.
        case refused(Refusal)
    }

    /// Finds the balancer that answers for a request.
    ///
    /// - Parameters:
    ///   - head: parsed.
    ///   - bytes: what it was parsed from.
    func destination(of head: borrowing RequestHead, in bytes: Span<UInt8>) -> Destination {
        if head.method == .connect { return .refused(Refusal(.connectMethod)) }
        // What comes back would be the fields that the edge has added, and the client's cookies to its scripts.
        if head.method == .trace { return .refused(Refusal(.traceMethod)) }
        switch sites.match(host: bytes.extracting(head.hostRange), path: bytes.extracting(head.pathRange)) {
        case .balancer(let index, let mapping): return .balancer(balancers[index], mapping)
        case .none: return .refused(Refusal(.noSite))
        case .noPath: return .refused(Refusal(.noPath))
        case .ambiguous: return .refused(Refusal(.pathAmbiguous))
        }
    }
}

extension Balancer {
    /// What a request is answered for which nobody can be chosen and that does not wait.
    ///
    /// - Parameters:
    ///   - claim: what it says of its member.
    ///   - now: milliseconds of the event loops' clock.
    func refusal(of claim: SessionClaim, now: Int64) -> Refusal {
        let obstacle = chooser.obstacle(claim.preferences, excluding: MemberSet(), now: now)
        let isSession = if case .sessionMemberBusy = obstacle { true } else { false }
        if staysWithSession(claim.preferences) { return Refusal(isSession ? .memberBusy : .sessionMemberUnavailable) }
        if !isSession, let rate = configuration.failoverRate,
            let wait = chooser.millisecondsToWait(claim.preferences, key: claim.key, now: now)
        {
            return .paced(rate: rate, waitMilliseconds: wait)
        }
        return Refusal(obstacle == .busy || isSession ? .membersBusy : .noMember)
    }
}
