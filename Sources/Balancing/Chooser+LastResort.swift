/// Who is tried before a request is refused.
extension Chooser {
    /// Chooses among the members in error that were not tried, where nobody else can be used or those who could have
    /// failed the request: the session's own first, else the one to which the key belongs or that the method elects.
    ///
    /// It stays in error for all others until it has answered (``MemberState/countAnswer(_:isTrial:worker:now:)``). The
    /// exchange counts as under way, as with
    /// ``choose(_:key:excluding:staysWithSession:awaitsSessionMember:worker:now:random:)``.
    ///
    /// - Parameters:
    ///   - preferences: the members that the request's session asks for.
    ///   - key: of what ties the request to a member where no route does.
    ///   - tried: the members that failed this request already.
    ///   - worker: who asks, by its index.
    ///   - now: milliseconds of the monotonic clock.
    ///   - random: gives 64 random bits each time.
    /// - Returns: `nil` when there is nobody, and without `force-recovery`.
    public func chooseInError(
        _ preferences: MemberPreferences = MemberPreferences(), key: UInt64? = nil,
        excluding tried: MemberSet = MemberSet(), worker: Int, now: Int64, random: () -> UInt64
    ) -> Choice? {
        guard isForcingRecovery else { return nil }
        let failed = failed(excluding: tried, now: now)
        let (_, drained, _) = survey(excluding: tried, now: now)
        let asked = preferences.count > 0 ? preferences[0] : nil
        let standing = Standing(usable: failed, drained: drained, order: order, isRecovering: true)
        if let (asked, member) = sessionMember(preferences, among: failed),
            begin(member, among: standing, worker: worker)
        {
            return choice(member, asked, .recovered)
        }
        while true {
            var candidates = standing.candidates
            removeFull(from: &candidates)
            guard !candidates.isEmpty else { return nil }
            if let key, asked == nil || failover.goesToBuddy {
                let (member, _) = place(key, among: candidates, now: now)
                guard begin(member, among: standing, worker: worker) else { continue }
                return choice(member, asked, .recovered)
            }
            if let member = elect(among: candidates, worker: worker, now: now, random: random) {
                return choice(member, asked, .recovered)
            }
        }
    }
}
