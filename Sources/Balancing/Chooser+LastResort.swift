/// Who is tried before a request is refused.
extension Chooser {
    /// Chooses among the members in error that were not tried, where nobody else can be used or those who could have
    /// failed the request: the session's own first, else the one to which the key belongs or that the method elects.
    ///
    /// It stays in error for all others until it has answered (``MemberState/countAnswer(_:isTrial:now:)``). The
    /// exchange counts as under way, as with
    /// ``choose(_:key:excluding:staysWithSession:awaitsSessionMember:now:random:)``.
    ///
    /// - Parameters:
    ///   - preferences: the members that the request's session asks for.
    ///   - key: of what ties the request to a member where no route does.
    ///   - tried: the members that failed this request already.
    ///   - now: milliseconds of the monotonic clock.
    ///   - random: gives 64 random bits each time.
    /// - Returns: `nil` when there is nobody, and without `force-recovery`.
    public func chooseInError(
        _ preferences: MemberPreferences = MemberPreferences(), key: UInt64? = nil,
        excluding tried: MemberSet = MemberSet(), now: Int64, random: () -> UInt64
    ) -> Choice? {
        guard isForcingRecovery else { return nil }
        let failed = failed(excluding: tried, now: now)
        let (_, drained, _) = survey(excluding: tried, now: now)
        let asked = preferences.count > 0 ? preferences[0] : nil
        if let (asked, member) = sessionMember(preferences, among: failed),
            begin(member, among: failed, drained, isRehearsal: false)
        {
            return choice(member, asked, .recovered)
        }
        while true {
            var candidates = order.candidates(failed, drained: drained)
            removeFull(from: &candidates)
            guard !candidates.isEmpty else { return nil }
            if let key, asked == nil || failover.goesToBuddy {
                let (member, _) = placement.place(key, among: candidates, of: members)
                guard begin(member, among: failed, drained, isRehearsal: false) else { continue }
                return choice(member, asked, .recovered)
            }
            if let member = elect(among: candidates, isRehearsal: false, now: now, random: random) {
                return choice(member, asked, .recovered)
            }
        }
    }
}
