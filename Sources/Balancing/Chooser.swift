import Synchronization

/// A named group of members, and who of them gets a request.
///
/// Immutable but for the members' state and the election table, which all workers share; the table's lock is held for
/// one turn of the method. Time is handed in as milliseconds of a monotonic clock.
public final class Chooser: Sendable {
    /// The declared name.
    public let name: String
    /// How a member is elected.
    public let method: Method
    /// The members in the order of their declaration, which is that of their indices.
    public let members: [Member]
    /// Whether members in error are tried where nobody else is left.
    let isForcingRecovery: Bool
    /// What becomes of sessions whose member cannot be used.
    let failover: Failover
    /// Who has one route with whom.
    let routes: RouteGroups
    /// In which order sets, spares and standbys are used.
    let order: SetOrder
    /// Which member a key belongs to.
    let placement: Placement
    /// Members that are disabled or stopped.
    let closed: MemberSet
    /// All the others.
    let open: MemberSet
    /// Members that get no request whatever happens: those that are closed, and those without an address.
    let barred: MemberSet
    /// Members that may get requests while nobody is in error: neither closed nor without an address.
    private let eligible: MemberSet
    /// Those that must be in error for all to be: not members without an address, who are as good as that.
    private let telling: MemberSet
    private let openCount: Int
    /// Members that are declared to be draining.
    private let draining: MemberSet
    let health: Health
    /// Handed on from balancer to balancer with the members' states.
    private let healthChanges: HealthChanges
    /// Whether some member may have only so many exchanges under way.
    private let hasLimits: Bool
    private let election: Mutex<Election>
    /// Those who were full when their last exchange began, and perhaps still are; changed within the election's lock.
    private let crowded = SharedMemberSet()

    /// Makes a balancer.
    ///
    /// - Parameters:
    ///   - name: the declared name.
    ///   - method: how a member is elected.
    ///   - specifications: at most `Limits.membersMax`, of different names; under ``Method/consistentHash`` of load
    ///     factors of ``Limits/ringHundredthsMax`` together.
    ///   - loadBoundHundredths: how many times its share of what is under way a member may have before requests with a
    ///     key go to the next one, 101 or more; `nil`: any.
    ///   - sessionIdleMilliseconds: `Limits.idleMilliseconds`, for which a session counts after it was seen; `nil`:
    ///     sessions are not counted.
    ///   - isForcingRecovery: whether all members are tried again at once when all are in error (`force-recovery`).
    ///   - failover: what becomes of sessions whose member cannot be used.
    ///   - predecessor: the balancer of this name before a reload. Members of the same or the former name share its
    ///     members' state, which changes with ``takeOver(from:now:)``; the election goes on where it stands if method,
    ///     members and factors are the same, and begins anew otherwise.
    ///   - now: milliseconds of the monotonic clock, from which new members are in error that are declared to be.
    public init(
        name: String, method: Method = .byrequests, members specifications: [MemberSpecification],
        loadBoundHundredths: Int? = nil, sessionIdleMilliseconds: Int64? = nil, isForcingRecovery: Bool = true,
        failover: Failover = Failover(), replacing predecessor: Chooser? = nil, now: Int64 = 0
    ) {
        precondition(specifications.count <= Limits.membersMax, "more members than a balancer holds")
        var known: [String: Member] = [:]
        for member in predecessor?.members ?? [] { known[member.name] = member }
        self.name = name
        self.method = method
        self.isForcingRecovery = isForcingRecovery
        self.failover = failover
        let healthChanges = predecessor?.healthChanges ?? HealthChanges()
        self.healthChanges = healthChanges
        let olds = specifications.map { known[$0.name] ?? $0.formerName.flatMap { known[$0] } }
        members = zip(specifications, olds).map { specification, old in
            let census = sessionIdleMilliseconds.map { idle in
                old?.sessions.flatMap { $0.idleMilliseconds == idle ? $0 : nil }
                    ?? SessionCensus(idleMilliseconds: idle)
            }
            return Member(specification, state: old?.state ?? MemberState(healthChanges), sessions: census)
        }
        for (member, old) in zip(members, olds) where old == nil && member.specification.status.contains(.error) {
            member.fail(now: now)
        }
        routes = RouteGroups(specifications)
        order = SetOrder(specifications)
        placement = Placement(specifications, method: method, loadBoundHundredths: loadBoundHundredths)
        var (closed, open, draining, barred) = (MemberSet(), MemberSet(), MemberSet(), MemberSet())
        var (eligible, telling) = (MemberSet(), MemberSet())
        for (index, member) in specifications.enumerated() {
            let isBarred = member.status.isClosed || !member.isReachable
            if member.status.isClosed { closed.insert(index) } else { open.insert(index) }
            if isBarred { barred.insert(index) } else { eligible.insert(index) }
            if member.status.isClosed || !isBarred { telling.insert(index) }
            if member.status.contains(.draining) { draining.insert(index) }
        }
        self.closed = closed
        self.open = open
        self.barred = barred
        self.draining = draining
        self.eligible = eligible
        self.telling = telling
        health = Health(members.map(\.state), changes: healthChanges)
        openCount = open.count
        hasLimits = specifications.contains { $0.exchangesMax != nil }
        var election = Election(method, members: members)
        if let predecessor, predecessor.members.map(\.name) == olds.map({ $0?.name }) {
            predecessor.election.withLock { election.resume($0) }
        }
        self.election = Mutex(election)
        // Whoever goes on may be full already.
        for index in members.indices where specifications[index].exchangesMax != nil { crowded.insert(index) }
    }

    /// Gives the members that go on what is declared of their state; to be called when the balancer is served.
    ///
    /// - Parameters:
    ///   - predecessor: the one that it was made to replace.
    ///   - now: milliseconds of the monotonic clock.
    public func takeOver(from predecessor: Chooser, now: Int64) {
        for member in members {
            guard let old = predecessor.members.first(where: { $0.state === member.state }) else { continue }
            let status = member.specification.status
            if status.contains(.ignoreErrors) { member.state.recover() }
            if status.contains(.error), !old.specification.status.contains(.error) { member.fail(now: now) }
        }
    }

    /// Chooses the member that gets a request, and counts the exchange as under way until
    /// ``MemberState/release(sentBytes:receivedBytes:)``.
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
    ///   - now: milliseconds of the monotonic clock.
    ///   - random: gives 64 random bits each time; called by the methods that draw lots alone.
    /// - Returns: the choice, or `nil` when no member is usable; ``obstacle(_:excluding:now:)`` tells why.
    public func choose(
        _ preferences: MemberPreferences = MemberPreferences(), key: UInt64? = nil,
        excluding tried: MemberSet = MemberSet(), staysWithSession: Bool = false, awaitsSessionMember: Bool = false,
        now: Int64, random: () -> UInt64
    ) -> Choice? {
        while true {
            let decision = decide(
                preferences, key, tried, staysWithSession, awaitsSessionMember, isRehearsal: false, now: now,
                random: random)
            switch decision {
            case .chosen(let choice): return choice
            case .none: return nil
            case .overtaken: continue
            }
        }
    }

    /// Finds what ``choose(_:key:excluding:staysWithSession:awaitsSessionMember:now:random:)`` would choose now, and
    /// counts nothing: no election moves on, no member leaves its error. Of methods that draw lots the next request
    /// may draw others.
    ///
    /// For those who ask; it allocates, and holds the election's lock while it copies the table.
    public func rehearse(
        _ preferences: MemberPreferences = MemberPreferences(), key: UInt64? = nil, staysWithSession: Bool = false,
        now: Int64, random: () -> UInt64
    ) -> Choice? {
        let decision = decide(
            preferences, key, MemberSet(), staysWithSession, false, isRehearsal: true, now: now, random: random)
        guard case .chosen(let choice) = decision else { return nil }
        return choice
    }

    private enum Decision {
        case chosen(Choice)
        case none
        /// Another worker has filled a member meanwhile.
        case overtaken
    }

    /// Inlined, so that a request's way has no branches for the rehearsal.
    @inline(__always)
    private func decide(
        _ preferences: MemberPreferences, _ key: UInt64?, _ tried: MemberSet, _ staysWithSession: Bool,
        _ awaitsSessionMember: Bool, isRehearsal: Bool, now: Int64, random: () -> UInt64
    ) -> Decision {
        var (usable, drained, isAllInError) = survey(excluding: tried, now: now)
        let isRecovering = isAllInError && isForcingRecovery
        if isRecovering { usable = recover(excluding: tried, isRehearsal: isRehearsal) }
        if let (asked, member) = sessionMember(preferences, among: usable) {
            if begin(member, among: usable, drained, isRehearsal: isRehearsal) {
                let reason: ChoiceReason =
                    if isRecovering { .recovered } else if asked == member { .sticky } else {
                        routes.areAlike(asked, member) ? .sameRoute : .redirected
                    }
                return .chosen(choice(member, asked, reason))
            }
            if awaitsSessionMember { return .none }
        }
        let asked = preferences.count > 0 ? preferences[0] : nil
        if let asked {
            if staysWithSession || isHeldBack(from: asked, key, among: usable, now: now) { return .none }
        }
        var candidates = order.candidates(usable, drained: drained)
        removeFull(from: &candidates)
        guard !candidates.isEmpty else { return .none }
        if let key, asked == nil || failover.goesToBuddy {
            // While everybody can be used, the nearest one is at home.
            let isWhole = asked != nil || usable.count == openCount && !hasLimits
            let (home, isAmong) = isWhole ? (nil, false) : home(of: key, drained, asSeenBy: candidates)
            if let home, isHeldBack(from: home, key, among: usable, now: now) { return .none }
            let (member, isDisplaced) = placement.place(
                key, among: candidates, of: members, nearest: isAmong ? home : nil)
            guard begin(member, among: usable, drained, isRehearsal: isRehearsal) else { return .overtaken }
            let reason: ChoiceReason =
                if isRecovering { .recovered } else if asked != nil { .buddy } else if isDisplaced { .displaced } else {
                    home == nil || home == member ? .hashed : .moved
                }
            return .chosen(choice(member, asked, reason))
        }
        guard let member = elect(among: candidates, isRehearsal: isRehearsal, now: now, random: random) else {
            return .overtaken
        }
        return .chosen(
            choice(member, asked, isRecovering ? .recovered : reason(preferences, tried, among: usable)))
    }

    /// The choice of a member, with whether it keeps the route that was asked for.
    func choice(_ member: Int, _ asked: Int?, _ reason: ChoiceReason) -> Choice {
        let keepsRoute = asked.map { $0 != member && routes.areAlike($0, member) } ?? false
        return Choice(member: member, asked: asked, reason: reason, keepsRoute: keepsRoute)
    }

    /// Elects a member and begins its exchange, within the lock, so that the next election finds it busy.
    ///
    /// - Returns: `nil` when another worker has filled one of the candidates meanwhile.
    func elect(
        among candidates: Candidates, isRehearsal: Bool, now: Int64, random: () -> UInt64
    ) -> Int? {
        // Outside of the lock, as a census takes its time when an epoch begins.
        if method == .bysessions { for member in members { _ = member.sessions?.count(now: now) } }
        guard !isRehearsal else {
            var copy = election.withLock { $0.duplicate() }
            return copy.find(among: candidates, of: members, now: now, random: random)
        }
        return election.withLock { election in
            if hasLimits, hasFull(candidates) { return nil }
            let member = election.find(among: candidates, of: members, now: now, random: random)
            guard begin(member) else { return nil }
            election.count(member)
            return member
        }
    }

    /// Begins an exchange whose member is not the method's choice, and counts it.
    ///
    /// Unlike Apache's, those who are draining take no part in the election, nor do their sessions' requests: each
    /// would add to the others' statuses what no election takes back, so that the greatest factor's would grow without
    /// end.
    ///
    /// - Parameters:
    ///   - usable: the members that can be used, those who are draining among them.
    ///   - drained: those who are draining.
    /// - Returns: whether the member has room.
    func begin(
        _ member: Int, among usable: MemberSet, _ drained: MemberSet, isRehearsal: Bool
    ) -> Bool {
        guard !isRehearsal else { return !members[member].isFull }
        var electorate = usable
        electorate.subtract(drained)
        return election.withLock { election in
            guard begin(member) else { return false }
            if !drained.contains(member) { election.count(member, among: electorate) }
            return true
        }
    }

    /// Begins an exchange, and notes whether it was the last one that there was room for; within the election's lock.
    ///
    /// - Returns: whether there was room. Whoever has begun one through the balancer before a reload is not noted.
    private func begin(_ member: Int) -> Bool {
        let hasRoom = !members[member].isFull
        if hasRoom { members[member].state.begin() }
        if hasLimits, members[member].isFull { crowded.insert(member) }
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

    /// Tells what stands in the way of a request for which no member was found.
    ///
    /// - Parameters:
    ///   - preferences: the members that the request's session asks for.
    ///   - tried: the members that failed this request already.
    ///   - now: milliseconds of the monotonic clock.
    public func obstacle(_ preferences: MemberPreferences, excluding tried: MemberSet, now: Int64) -> Obstacle {
        let (usable, drained, _) = survey(excluding: tried, now: now)
        if let (_, member) = sessionMember(preferences, among: usable), members[member].isFull {
            return .sessionMemberBusy(member)
        }
        if !order.candidates(usable, drained: drained).isEmpty { return .busy }
        let failed = failed(excluding: tried, now: now)
        let errors = failed.map { members[$0].state.errorUntil }.filter { $0 > now }
        return errors.min().map { .inError(until: $0) } ?? .none
    }

    /// Finds the best preference that can be used itself or by whoever answers for it.
    ///
    /// - Returns: who was asked for, and who can be used.
    func sessionMember(
        _ preferences: MemberPreferences, among usable: borrowing MemberSet
    ) -> (asked: Int, member: Int)? {
        for position in 0..<preferences.count {
            let asked = preferences[position]
            if usable.contains(asked) { return (asked, asked) }
            if let member = heir(of: asked, among: usable) { return (asked, member) }
        }
        return nil
    }

    /// The members' places in the election as it stands (Apache's `lbstatus`).
    ///
    /// In hundredths, by index. Allocates; for status pages and tests.
    public func loadStatuses() -> [Int64] {
        election.withLock { election in members.indices.map { election.statuses[$0] } }
    }

    /// How many sessions each member has, by index; `nil` where they are not counted.
    ///
    /// Allocates; for status pages and tests.
    ///
    /// - Parameter now: milliseconds of the monotonic clock.
    public func sessionCounts(now: Int64) -> [Int]? {
        let counts = members.compactMap { $0.sessions?.count(now: now) }
        return counts.count == members.count ? counts : nil
    }

    /// How many different sessions the members have together; `nil` where they are not counted.
    ///
    /// What ``sessionCounts(now:)`` has more than this has moved from one member to another. It looks at all of 64 KiB
    /// a member.
    public func distinctSessionCount(now: Int64) -> Int? {
        let censuses = members.compactMap(\.sessions)
        return censuses.count == members.count ? SessionCensus.count(censuses, now: now) : nil
    }

    /// Finds who can be used, who is draining, and whether all are in error. Looks at nobody who is well.
    func survey(
        excluding tried: borrowing MemberSet, now: Int64
    ) -> (usable: MemberSet, drained: MemberSet, isAllInError: Bool) {
        var (usable, drained) = (eligible, draining)
        health.addDrained(to: &drained)
        let inError = health.inError(now: now)
        usable.subtract(inError)
        usable.subtract(tried)
        return (usable, drained, telling.isSubset(of: inError))
    }

    /// Who is in error and could be tried nevertheless.
    func failed(excluding tried: borrowing MemberSet, now: Int64) -> MemberSet {
        var failed = health.inError(now: now)
        failed.subtract(barred)
        failed.subtract(tried)
        return failed
    }

    /// How often members' states were looked at to find out who can be used.
    package var healthLookCount: Int { health.lookCount }

    /// Takes the members that were not tried out of error.
    private func recover(excluding tried: MemberSet, isRehearsal: Bool) -> MemberSet {
        var recovered = MemberSet()
        for member in members.indices where !tried.contains(member) {
            if !isRehearsal { members[member].state.recover() }
            if !barred.contains(member) { recovered.insert(member) }
        }
        return recovered
    }

    /// Why the method has elected: what is the matter with the member that was asked for first.
    private func reason(
        _ preferences: MemberPreferences, _ tried: MemberSet, among usable: borrowing MemberSet
    ) -> ChoiceReason {
        guard preferences.count > 0 else {
            return preferences.fault ?? (preferences.hasUnknownRoute ? .unknownRoute : .elected)
        }
        let asked = preferences[0]
        if tried.contains(asked) { return .memberTried }
        if usable.contains(asked) { return .memberBusy }
        return closed.contains(asked) ? .memberDisabled : .memberInError
    }
}
