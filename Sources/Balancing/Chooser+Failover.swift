/// Where a session goes whose member cannot be used, and when.
extension Chooser {
    /// Who gets the requests of a member's sessions: itself, else another member of its route, or whoever one of these
    /// redirects to; as in Apache, each one's redirect goes before the next one of the route.
    ///
    /// - Returns: `nil` where none of them can be used.
    func heir(of member: Int, among usable: borrowing MemberSet) -> Int? {
        var seen = MemberSet()
        return heir(of: member, among: usable, &seen)
    }

    private func heir(of member: Int, among usable: borrowing MemberSet, _ seen: inout MemberSet) -> Int? {
        if let found = follow(member, among: usable, &seen) { return found }
        for fellow in routes.members(like: member) {
            if let found = follow(fellow, among: usable, &seen) { return found }
        }
        return nil
    }

    /// Finds a member, or whoever it redirects to.
    ///
    /// - Parameter seen: who was found to be of no use before: redirects may go round in a circle.
    private func follow(_ member: Int, among usable: borrowing MemberSet, _ seen: inout MemberSet) -> Int? {
        guard !seen.contains(member) else { return nil }
        seen.insert(member)
        if usable.contains(member) { return member }
        guard let next = members[member].specification.redirect else { return nil }
        return heir(of: next, among: usable, &seen)
    }

    /// How long a session must wait until it may move to another member; `nil`: that is not what it lacks.
    ///
    /// A member's sessions move in the order of their keys, which is the same on every node: ``Failover/ratePerSecond``
    /// of them at once, and as many in each second that follows.
    ///
    /// - Parameters:
    ///   - preferences: the members that the request's session asks for; the first one counts.
    ///   - key: of the session's identifier (``StableHash``); without preferences, that of a request with a key.
    ///   - tried: the members that failed this request already.
    ///   - now: milliseconds of the monotonic clock.
    public func millisecondsToWait(
        _ preferences: MemberPreferences, key: UInt64?, excluding tried: MemberSet = MemberSet(), now: Int64
    ) -> Int64? {
        guard failover.ratePerSecond != nil, let key else { return nil }
        let (usable, drained, _) = survey(excluding: tried, now: now)
        let member = preferences.count > 0 ? preferences[0] : home(of: key, drained)
        guard isHeldBack(from: member, key, among: usable, now: now) else { return nil }
        return turn(at: member, key: key).map { $0 - now }
    }

    /// The second home of a session: the member that would be nearest to its key without those of its route, of those
    /// that can be elected now. The same on every node that sees the same members fail.
    ///
    /// - Parameters:
    ///   - member: the index of the member that has the session.
    ///   - key: of the session's identifier (``StableHash``).
    ///   - now: milliseconds of the monotonic clock.
    /// - Returns: its index, or `nil` where there is no other member.
    public func buddy(of member: Int, key: UInt64, now: Int64) -> Int? {
        var own = MemberSet()
        // Who has the same route gets the session without being told.
        for fellow in routes.members(like: member) { own.insert(fellow) }
        let (others, drained, _) = survey(excluding: own, now: now)
        let found = placement.home(of: key, among: order.candidates(others, drained: drained))
        return found < 0 ? nil : found
    }

    /// The member to which a key belongs while nobody is in error or full; -1: to none.
    func home(of key: UInt64, _ drained: borrowing MemberSet) -> Int {
        placement.home(of: key, among: order.candidates(open, drained: drained))
    }

    /// The same, and whether that is also the nearest one of these candidates: it is if they are some of those who
    /// would be while nobody is in error or full, and it is one of them.
    func home(
        of key: UInt64, _ drained: borrowing MemberSet, asSeenBy candidates: borrowing Candidates
    ) -> (home: Int?, isAmong: Bool) {
        let usual = order.candidates(open, drained: drained)
        let home = placement.home(of: key, among: usual)
        guard home >= 0, candidates.isSubset(of: usual) else { return (home, false) }
        return (home, candidates.contains(home))
    }

    /// Whether a member cannot be used and its session's turn to move has not come.
    func isHeldBack(from member: Int, _ key: UInt64?, among usable: borrowing MemberSet, now: Int64) -> Bool {
        guard failover.ratePerSecond != nil, member >= 0, let key, !usable.contains(member) else { return false }
        return turn(at: member, key: key).map { $0 > now } ?? false
    }

    /// When a session of a member that has failed may move; `nil`: at any time.
    private func turn(at member: Int, key: UInt64) -> Int64? {
        guard let rate = failover.ratePerSecond, !closed.contains(member), let outage = members[member].state.outage
        else { return nil }
        let place = Int64(key.multipliedFullWidth(by: UInt64(outage.sessions)).high)
        // The first ones move at once, as many as in a second.
        return outage.began + place * 1_000 / Int64(rate) - 999
    }
}
