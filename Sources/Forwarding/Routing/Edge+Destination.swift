import Balancing
import Bytes
import HTTP
import Model

extension Edge {
    /// Finds out who answers for a request.
    ///
    /// - Parameters:
    ///   - head: parsed.
    ///   - bytes: what it was parsed from.
    ///   - entrance: what is served to the client.
    func destination(of head: borrowing RequestHead, in bytes: Span<UInt8>, by entrance: Entrance) -> Destination {
        if head.method == .connect { return Destination(OwnAnswer(Refusal(.connectMethod)), in: outermostRules) }
        let found = entrance.sites.match(host: bytes.extracting(head.hostRange), path: bytes.extracting(head.pathRange))
        // What comes back would be the fields that the edge has added, and the client's cookies to its scripts.
        if head.method == .trace { return Destination(OwnAnswer(Refusal(.traceMethod)), in: found.rules) }
        guard found.hasCases else { return found }
        return found.place?.choose(head, in: bytes) ?? found
    }
}

extension Balancer {
    /// Seconds that clients are told to wait at most, however long members are left alone.
    private static let waitSecondsMax = 300
    /// Milliseconds that they are told to wait for a member that is down for more than an error: nobody knows how long.
    private static let downMillis: Int64 = 5_000

    /// Seconds until the first of its members in error is tried again, `1 ... 300`; 0: none is in error or down.
    ///
    /// - Parameter now: milliseconds of the event loops' clock.
    func secondsToNextTry(now: Int64) -> Int {
        var soonest = Int64.max
        for (index, declared) in configuration.members.enumerated() where !declared.status.isClosed {
            let isDown = chooser.isDown(index, now: now)
            let left = isDown ? Self.downMillis : chooser.members[index].state.errorMilliseconds(now: now)
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
