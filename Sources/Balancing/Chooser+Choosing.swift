import Synchronization

/// Who gets a request: the order in which it is looked for somebody.
extension Chooser {
    /// Chooses the member that gets a request, and counts the exchange as under way until
    /// ``MemberState/release(sentBytes:receivedBytes:worker:)``.
    ///
    /// The best preference wins that can be used itself, by another member of its route or by its redirects; otherwise,
    /// among those that ``SetOrder`` finds, the one to which the key belongs, or without a key the one that the method
    /// elects. Usable is who is not in error, disabled, stopped, excluded or full; to its sessions also who is draining
    /// or waits for others to fail. The request counts in the election, as in Apache. Allocates nothing.
    ///
    /// - Parameters:
    ///   - preferences: the members that the request's session asks for.
    ///   - key: of what ties the request to a member where no route does (``StableHash``).
    ///   - tried: the members that failed this request already.
    ///   - staysWithSession: whether a request with preferences goes to one of them or to nobody (`no-failover`).
    ///   - awaitsSessionMember: whether a request whose session's member is full goes to nobody.
    ///   - worker: who asks, by its index.
    ///   - now: milliseconds of the monotonic clock.
    ///   - random: gives 64 random bits each time; called by the methods that draw lots alone.
    /// - Returns: the choice, or `nil` when no member is usable; ``obstacle(_:excluding:now:)`` tells why.
    public func choose(
        _ preferences: MemberPreferences = MemberPreferences(), key: UInt64? = nil,
        excluding tried: MemberSet = MemberSet(), staysWithSession: Bool = false, awaitsSessionMember: Bool = false,
        worker: Int, now: Int64, random: () -> UInt64
    ) -> Choice? {
        while true {
            let decision = decide(
                preferences, key, tried, staysWithSession, awaitsSessionMember, worker: worker, now: now,
                random: random)
            switch decision {
            case .chosen(let choice): return choice
            case .none: return nil
            case .overtaken: continue
            }
        }
    }

    /// Finds what ``choose(_:key:excluding:staysWithSession:awaitsSessionMember:worker:now:random:)`` would choose now,
    /// and counts nothing: no election moves on, no member leaves its error. Of methods that draw lots the next
    /// request may draw others.
    ///
    /// For those who ask; it allocates, and holds the election's lock while it copies the table.
    public func rehearse(
        _ preferences: MemberPreferences = MemberPreferences(), key: UInt64? = nil, staysWithSession: Bool = false,
        now: Int64, random: () -> UInt64
    ) -> Choice? {
        let decision = decide(
            preferences, key, MemberSet(), staysWithSession, false, worker: nil, now: now, random: random)
        guard case .chosen(let choice) = decision else { return nil }
        return choice
    }

    private enum Decision {
        case chosen(Choice)
        case none
        /// Another worker has filled a member meanwhile.
        case overtaken
    }

    /// - Parameter worker: who asks; `nil`: it is a rehearsal.
    private func decide(
        _ preferences: MemberPreferences, _ key: UInt64?, _ tried: MemberSet, _ staysWithSession: Bool,
        _ awaitsSessionMember: Bool, worker: Int?, now: Int64, random: () -> UInt64
    ) -> Decision {
        if let worker, tried.isEmpty, crowded.isEmpty, let number = health.settledNumber(now: now) {
            let decision = decideUsually(preferences, key, worker, number, now: now, random: random)
            if let decision { return decision }
        }
        var (usable, drained, isAllInError) = survey(excluding: tried, now: now)
        let isRecovering = isAllInError && isForcingRecovery
        if isRecovering { usable = recover(excluding: tried, isRehearsal: worker == nil, now: now) }
        let standing = Standing(usable: usable, drained: drained, order: order, isRecovering: isRecovering)
        let decision = giveToSession(preferences, among: standing, awaitsSessionMember, worker)
        return decision
            ?? giveToOthers(
                preferences, key, tried, staysWithSession, among: standing, worker, now: now, random: random)
    }

    /// The same while nobody is full, and nobody's time in error is over: who takes part is known until the next change
    /// of somebody's health, and the request needs no sets.
    ///
    /// - Parameter number: the count of changes.
    /// - Returns: `nil`: the request is not given to the member that it asks for or to its home, nor asks for nobody.
    @inline(__always)
    private func decideUsually(
        _ preferences: MemberPreferences, _ key: UInt64?, _ worker: Int, _ number: UInt64, now: Int64,
        random: () -> UInt64
    ) -> Decision? {
        guard preferences.count == 0 else {
            let asked = preferences[0]
            guard eligible.contains(asked), !health.hasFailed(asked) else { return nil }
            guard beginUsually(asked, worker, number, now: now) else { return nil }
            return .chosen(Choice(member: asked, asked: asked, reason: .sticky))
        }
        if let key {
            guard isWhole, health.isWell, !wellCandidates.isEmpty else { return nil }
            let (member, isDisplaced) = place(key, among: wellCandidates, now: now)
            guard member >= 0, beginUsually(member, worker, number, now: now) else { return nil }
            return .chosen(Choice(member: member, asked: nil, reason: isDisplaced ? .displaced : .hashed))
        }
        advanceCensuses(now: now)
        let member = election.withLock { election in
            if election.usualNumber != number { setUsual(number, of: &election, now: now) }
            let member = election.findUsually(of: members, now: now, random: random)
            guard member >= 0, begin(member, worker) else { return -1 }
            election.count(member)
            return member
        }
        return member < 0 ? nil : .chosen(Choice(member: member, asked: nil, reason: reason(preferences)))
    }

    private func beginUsually(_ member: Int, _ worker: Int, _ number: UInt64, now: Int64) -> Bool {
        election.withLock { election in
            if election.usualNumber != number { setUsual(number, of: &election, now: now) }
            guard begin(member, worker) else { return false }
            if !draining.contains(member), !health.isDrained(member) { election.countUsually(member) }
            return true
        }
    }

    /// Finds who takes part now that somebody's health has changed: nobody, where all are in error.
    private func setUsual(_ number: UInt64, of election: inout Election, now: Int64) {
        let (usable, drained, isAllInError) = survey(excluding: MemberSet(), now: now)
        let standing = Standing(
            usable: isAllInError ? MemberSet() : usable, drained: drained, order: order, isRecovering: false)
        election.setUsual(standing, number: number)
    }

    /// Gives the request to the best preference that can be used, or to whoever answers for it.
    ///
    /// - Returns: `nil`: others may get it.
    @inline(__always)
    private func giveToSession(
        _ preferences: MemberPreferences, among standing: borrowing Standing, _ awaitsSessionMember: Bool,
        _ worker: Int?
    ) -> Decision? {
        guard preferences.count > 0, let (asked, member) = sessionMember(preferences, among: standing.usable) else {
            return nil
        }
        guard begin(member, among: standing, worker: worker) else { return awaitsSessionMember ? Decision.none : nil }
        let reason: ChoiceReason =
            if standing.isRecovering { .recovered } else if asked == member { .sticky } else {
                routes.areAlike(asked, member) ? .sameRoute : .redirected
            }
        return .chosen(choice(member, asked, reason))
    }

    /// Gives the request to the candidate to which its key belongs, or that the method elects.
    private func giveToOthers(
        _ preferences: MemberPreferences, _ key: UInt64?, _ tried: MemberSet, _ staysWithSession: Bool,
        among standing: borrowing Standing, _ worker: Int?, now: Int64, random: () -> UInt64
    ) -> Decision {
        let asked = preferences.count > 0 ? preferences[0] : nil
        if let asked {
            if staysWithSession || isHeldBack(from: asked, key, among: standing.usable, now: now) { return .none }
        }
        var candidates = standing.candidates
        removeFull(from: &candidates)
        guard !candidates.isEmpty else { return .none }
        if let key, asked == nil || failover.goesToBuddy {
            return giveByKey(key, asked, among: standing, candidates, worker, now: now)
        }
        guard let member = elect(among: candidates, worker: worker, now: now, random: random) else {
            return .overtaken
        }
        let why = standing.isRecovering ? .recovered : reason(preferences, tried, among: standing.usable)
        return .chosen(choice(member, asked, why))
    }

    private func giveByKey(
        _ key: UInt64, _ asked: Int?, among standing: borrowing Standing, _ candidates: Candidates, _ worker: Int?,
        now: Int64
    ) -> Decision {
        // While everybody can be used, the nearest one is at home.
        let isAtHome = asked != nil || isWhole && standing.usable.count == openCount
        let (home, isAmong) = isAtHome ? (nil, false) : home(of: key, standing.drained, asSeenBy: candidates)
        if let home, isHeldBack(from: home, key, among: standing.usable, now: now) { return .none }
        let (member, isDisplaced) = place(key, among: candidates, nearest: isAmong ? home : nil, now: now)
        guard begin(member, among: standing, worker: worker) else { return .overtaken }
        let reason: ChoiceReason =
            if standing.isRecovering { .recovered } else if asked != nil { .buddy } else if isDisplaced {
                .displaced
            } else {
                home == nil || home == member ? .hashed : .moved
            }
        return .chosen(choice(member, asked, reason))
    }

    /// Finds the candidate that gets a key.
    ///
    /// - Parameter nearest: the one to which it belongs, where that is known.
    func place(
        _ key: UInt64, among candidates: Candidates, nearest: Int? = nil, now: Int64
    ) -> (member: Int, isDisplaced: Bool) {
        placement.place(key, among: candidates, of: members, nearest: nearest) {
            election.withLock { election in
                election.observe(now: now)
                return election.busyness.sum(of: candidates)
            }
        }
    }

    /// The choice of a member, with whether it keeps the route that was asked for.
    func choice(_ member: Int, _ asked: Int?, _ reason: ChoiceReason) -> Choice {
        let keepsRoute = asked.map { $0 != member && routes.areAlike($0, member) } ?? false
        return Choice(member: member, asked: asked, reason: reason, keepsRoute: keepsRoute)
    }

    /// Elects a member and begins its exchange, within the lock, so that the next election finds it busy.
    ///
    /// - Parameter worker: who asks; `nil`: it is a rehearsal, and nothing begins.
    /// - Returns: `nil` when another worker has filled one of the candidates meanwhile.
    func elect(
        among candidates: Candidates, worker: Int?, now: Int64, random: () -> UInt64
    ) -> Int? {
        advanceCensuses(now: now)
        let hasShares = health.hasShares
        guard let worker else {
            var copy = election.withLock { $0.duplicate() }
            let admitted = hasShares ? admit(candidates, to: &copy, now: now) : candidates
            return copy.find(among: admitted, of: members, now: now, random: random)
        }
        return election.withLock { election in
            if hasLimits, hasFull(candidates) { return nil }
            let admitted = hasShares ? admit(candidates, to: &election, now: now) : candidates
            let member = election.find(among: admitted, of: members, now: now, random: random)
            guard begin(member, worker) else { return nil }
            election.count(member)
            if hasShares { election.spend(member) }
            return member
        }
    }

    /// Finds who may have one more session where somebody starts slowly, or its agent wants it.
    private func admit(_ candidates: Candidates, to election: inout Election, now: Int64) -> Candidates {
        election.admit(candidates) { health.share(of: $0, now: now) }
    }

    /// To be called outside of the election's lock, as a census takes its time when an epoch begins.
    @inline(__always)
    private func advanceCensuses(now: Int64) {
        guard method == .bysessions, let epochMilliseconds else { return }
        let epoch = now / epochMilliseconds
        guard censusEpoch.load(ordering: .relaxed) < epoch else { return }
        for member in members { _ = member.sessions?.count(now: now) }
        // Not before: whoever saw it would go on to count, within the lock.
        censusEpoch.store(epoch, ordering: .relaxed)
    }

    /// Begins an exchange whose member is not the method's choice, and counts it.
    ///
    /// Unlike Apache's, those who are draining take no part in the election, nor do their sessions' requests: each
    /// would add to the others' statuses what no election takes back, so that the greatest factor's would grow without
    /// end.
    ///
    /// - Parameter worker: who asks; `nil`: it is a rehearsal, and nothing begins.
    /// - Returns: whether the member has room.
    func begin(_ member: Int, among standing: borrowing Standing, worker: Int?) -> Bool {
        guard let worker else { return !members[member].isFull }
        return election.withLock { election in
            guard begin(member, worker) else { return false }
            if standing.electorate.contains(member) { election.count(member, among: standing.electorate) }
            return true
        }
    }

    /// Begins an exchange, and notes whether it was the last one that there was room for; within the election's lock.
    ///
    /// - Returns: whether there was room. Whoever has begun one through the balancer before a reload is not noted.
    private func begin(_ member: Int, _ worker: Int) -> Bool {
        guard hasLimits else {
            members[member].state.begin(worker: worker)
            return true
        }
        let hasRoom = !members[member].isFull
        if hasRoom { members[member].state.begin(worker: worker) }
        if members[member].isFull { crowded.insert(member) }
        return hasRoom
    }

    /// Removes the candidates that are full.
    func removeFull(from candidates: inout Candidates) {
        guard hasLimits, !crowded.isEmpty else { return }
        for member in crowded.load() where members[member].isFull { candidates.remove(member) }
    }

    /// Whether a candidate is full, and who is not is no longer looked at; within the election's lock.
    private func hasFull(_ candidates: borrowing Candidates) -> Bool {
        var isFound = false
        for member in crowded.load() {
            if !members[member].isFull { crowded.remove(member) } else if candidates.contains(member) { isFound = true }
        }
        return isFound
    }

    /// Takes the members that were not tried out of error, and finds those of them that nothing else keeps requests
    /// off, or only that they come and go.
    private func recover(excluding tried: MemberSet, isRehearsal: Bool, now: Int64) -> MemberSet {
        var recovered = MemberSet()
        for member in members.indices where !tried.contains(member) {
            if !isRehearsal { members[member].state.recover(evidence: "all are in error: all are tried", now: now) }
            if !barred.contains(member), health.mayBeTried(member) { recovered.insert(member) }
        }
        return recovered
    }

    /// Why the method has elected: what is the matter with the member that was asked for first.
    private func reason(
        _ preferences: MemberPreferences, _ tried: MemberSet, among usable: borrowing MemberSet
    ) -> ChoiceReason {
        guard preferences.count > 0 else { return reason(preferences) }
        let asked = preferences[0]
        if tried.contains(asked) { return .memberTried }
        if usable.contains(asked) { return .memberBusy }
        return closed.contains(asked) ? .memberDisabled : .memberInError
    }

    /// The same for a request that asks for nobody.
    private func reason(_ preferences: MemberPreferences) -> ChoiceReason {
        preferences.fault ?? (preferences.hasUnknownRoute ? .unknownRoute : .elected)
    }
}
