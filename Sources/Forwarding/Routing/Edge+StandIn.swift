import Balancing
import Model

/// Another balancer in the place of one of which no member may be given a request (`all-down`).
extension Edge {
    /// Finds who gets a request in its balancer's place: along the balancers that are declared for that, the first one
    /// of which a member may be given the request.
    ///
    /// - Parameters:
    ///   - balancer: whose request it is; it has a stand-in.
    ///   - now: milliseconds of the event loops' clock.
    ///   - preferences: reads the members that the request's session asks for at a balancer; called where all members
    ///     are draining, alone.
    /// - Returns: `nil`: it stays with its own balancer, of which a member may, or there is nobody elsewhere either.
    func standIn(
        for balancer: Balancer, now: Int64, preferences: (Balancer) -> MemberPreferences
    ) -> Balancer? {
        func serves(_ balancer: Balancer) -> Bool {
            switch balancer.chooser.audience(now: now) {
            case .anyone: true
            case .sessions: balancer.chooser.serves(preferences(balancer), now: now)
            case .nobody: false
            }
        }
        guard !serves(balancer) else { return nil }
        var next = balancer.standIn
        // No circle leads round for good: a configuration with one is refused.
        for _ in balancers.indices {
            guard let index = next else { return nil }
            if serves(balancers[index]) { return balancers[index] }
            next = balancers[index].standIn
        }
        return nil
    }
}

extension Balancer {
    /// Whether a request's head that was written for one of another balancer's members is as its own would get it: no
    /// calls of scripts, no records, no streams of gRPC, nothing about the member, the same of the content.
    func writesHeads(as other: Balancer) -> Bool {
        [self, other].allSatisfy { balancer in
            balancer.gateway == nil && !balancer.hasRecordMembers && !balancer.memberLines.isNeeded
                && !balancer.memberLines.probes
        } && hasSharedPools == other.hasSharedPools
            && configuration.inflatesRequests == other.configuration.inflatesRequests
    }
}
