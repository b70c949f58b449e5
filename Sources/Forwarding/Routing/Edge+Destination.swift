import Balancing
import Bytes
import HTTP
import Model

extension Edge {
    /// Who answers for a request.
    enum Destination {
        /// One of the balancer's members, if one can, and what else belongs to the path; `nil`: nothing.
        case balancer(Balancer, Place?)
        /// Martlet itself, with what the path says.
        case own(Place)
        /// Martlet itself, in a site with such rules.
        case refused(Refusal, Rules?)
    }

    /// Finds out who answers for a request.
    ///
    /// - Parameters:
    ///   - head: parsed.
    ///   - bytes: what it was parsed from.
    ///   - entrance: what is served to the client.
    func destination(of head: borrowing RequestHead, in bytes: Span<UInt8>, by entrance: Entrance) -> Destination {
        if head.method == .connect { return .refused(Refusal(.connectMethod), outermostRules) }
        // What comes back would be the fields that the edge has added, and the client's cookies to its scripts.
        if head.method == .trace { return .refused(Refusal(.traceMethod), outermostRules) }
        let found = entrance.sites.match(host: bytes.extracting(head.hostRange), path: bytes.extracting(head.pathRange))
        guard let place = found.place, let chosen = place.choose(head, in: bytes) else { return destination(found) }
        return destination(chosen)
    }

    private func destination(_ found: SiteTable.Match) -> Destination {
        switch found {
        case .balancer(let index, let place): return .balancer(balancers[index], place)
        case .own(let place): return .own(place)
        case .none: return .refused(Refusal(.noSite), outermostRules)
        case .noPath(let rules): return .refused(Refusal(.noPath), rules)
        case .ambiguous(let rules): return .refused(Refusal(.pathAmbiguous), rules)
        case .otherCase(let rules): return .refused(Refusal(.pathAmbiguous, rule: "letter-case"), rules)
        }
    }
}

extension Balancer {
    /// Seconds that clients are told to wait at most, however long members are left alone.
    private static let waitSecondsMax = 300

    /// Seconds until the first of its members in error is tried again, `1 ... 300`; 0: none is in error.
    ///
    /// - Parameter now: milliseconds of the event loops' clock.
    func secondsToNextTry(now: Int64) -> Int {
        var soonest = Int64.max
        for (member, declared) in zip(chooser.members, configuration.members) where !declared.status.isClosed {
            let left = member.state.errorMilliseconds(now: now)
            if left > 0 { soonest = min(soonest, left) }
        }
        guard soonest < .max else { return 0 }
        return Int(min((soonest + 999) / 1_000, Int64(Self.waitSecondsMax)))
    }

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
