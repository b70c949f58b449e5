/// Whom a balancer's members may be given to, whoever of them is full.
public enum Audience: Sendable {
    /// Whoever asks.
    case anyone
    /// Sessions of members that can be used, and nobody else: all of these are draining.
    case sessions
    /// Nobody.
    case nobody
}

extension Chooser {
    /// Tells to whom the members may be given now. Who is in error counts as one that may not, until its time is over.
    ///
    /// - Parameter now: milliseconds of the monotonic clock.
    public func audience(now: Int64) -> Audience {
        if health.settledNumber(now: now) != nil, health.isWell, !wellCandidates.isEmpty { return .anyone }
        let (usable, drained, _) = survey(excluding: MemberSet(), now: now)
        if usable.isEmpty { return .nobody }
        return order.candidates(usable, drained: drained).isEmpty ? .sessions : .anyone
    }

    /// Whether a session has a member that can be used, itself or by whoever answers for it.
    ///
    /// - Parameters:
    ///   - preferences: the members that the session asks for.
    ///   - now: milliseconds of the monotonic clock.
    public func serves(_ preferences: MemberPreferences, now: Int64) -> Bool {
        let (usable, _, _) = survey(excluding: MemberSet(), now: now)
        return sessionMember(preferences, among: usable) != nil
    }
}
