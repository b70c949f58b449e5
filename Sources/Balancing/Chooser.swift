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
    let eligible: MemberSet
    /// Those that must be in error for all to be: not members without an address, who are as good as that.
    let telling: MemberSet
    let openCount: Int
    /// Whether whoever is not closed can be used while nobody is in error: all have an address and any number of
    /// exchanges.
    let isWhole: Bool
    /// Members that are declared to be draining.
    let draining: MemberSet
    let health: Health
    /// What is made of members' health.
    public let healthRules: HealthRules
    /// Whether the time is taken that answers take: the method or ejections go by it.
    public let asksForLatency: Bool
    /// Handed on from balancer to balancer with the members' states.
    private let changes: StateChanges
    /// Whether some member may have only so many exchanges under way.
    let hasLimits: Bool
    /// Who may be elected while nobody is in error, drained at run time or full.
    let wellCandidates: Candidates
    let election: Mutex<Election>
    /// The parts of the time for which a session counts, in milliseconds; `nil`: sessions are not counted.
    let epochMilliseconds: Int64?
    /// The last of these for which the censuses were cleared of what had expired.
    let censusEpoch = Atomic<Int64>(.min)
    /// Those who were full when their last exchange began, and perhaps still are; changed within the election's lock.
    let crowded = SharedMemberSet()

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
    ///   - workers: how many there are, 1 or more; as with the predecessor, if there is one.
    ///   - health: what is made of members' health.
    ///   - surroundings: what members' health needs of the process; as with the predecessor, if there is one.
    ///   - now: milliseconds of the monotonic clock, from which new members are in error that are declared to be.
    public init(
        name: String, method: Method = .byrequests, members specifications: [MemberSpecification],
        loadBoundHundredths: Int? = nil, sessionIdleMilliseconds: Int64? = nil, isForcingRecovery: Bool = true,
        failover: Failover = Failover(), replacing predecessor: Chooser? = nil, workers: Int = 1,
        health rules: HealthRules = HealthRules(), surroundings: HealthSurroundings = HealthSurroundings(),
        now: Int64 = 0
    ) {
        precondition(specifications.count <= Limits.membersMax, "more members than a balancer holds")
        var known: [String: Member] = [:]
        for member in predecessor?.members ?? [] { known[member.name] = member }
        self.name = name
        self.method = method
        self.isForcingRecovery = isForcingRecovery
        self.failover = failover
        let changes = predecessor?.changes ?? StateChanges(workers: workers, surroundings: surroundings)
        self.changes = changes
        let olds = specifications.map { known[$0.name] ?? $0.formerName.flatMap { known[$0] } }
        members = zip(specifications, olds).map { specification, old in
            let state = old?.state ?? MemberState(changes)
            let census = sessionIdleMilliseconds.map { idle in
                old?.sessions.flatMap { $0.idleMilliseconds == idle ? $0 : nil }
                    ?? SessionCensus(idleMilliseconds: idle, of: state)
            }
            return Member(specification, state: state, sessions: census)
        }
        for (member, old) in zip(members, olds) where old == nil && member.specification.status.contains(.error) {
            member.fail(evidence: "status: error is declared", now: now)
        }
        epochMilliseconds = sessionIdleMilliseconds.map(SessionCensus.epochMilliseconds)
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
        var sets: [Int: MemberSet] = [:]
        for member in eligible where !draining.contains(member) {
            sets[specifications[member].set, default: MemberSet()].insert(member)
        }
        health = Health(
            members.map(\.state), eligible: eligible, sets: Array(sets.values), rules: rules, changes: changes)
        healthRules = rules
        asksForLatency = method.asksForLatency || rules.ejection?.slowness != nil
        openCount = open.count
        wellCandidates = order.candidates(eligible, drained: draining)
        hasLimits = specifications.contains { $0.exchangesMax != nil }
        isWhole = !hasLimits && eligible.count == openCount
        var election = Election(
            method, members: members, changes: changes, isBounded: placement.loadBoundHundredths != nil)
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
            if status.contains(.ignoreErrors) { member.state.recover(evidence: "it ignores errors now", now: now) }
            if status.contains(.error), !old.specification.status.contains(.error) {
                member.fail(evidence: "status: error is declared", now: now)
            }
        }
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
        if let time = recoveryTime(excluding: tried, now: now) { return .inError(until: time) }
        var down = health.inError(now: now)
        down.subtract(barred)
        down.subtract(tried)
        return down.isEmpty ? .none : .inError(until: .max)
    }

    /// Whether a member is down until what has put it there ends, as far as this is heeded.
    ///
    /// - Parameter now: milliseconds of the monotonic clock.
    public func isDown(_ member: Int, now: Int64) -> Bool { health.isHeld(member, now: now) }

    /// Whether a member gets the requests of its sessions and no others, by what is declared or said of it.
    ///
    /// - Parameter now: milliseconds of the monotonic clock.
    public func isDraining(_ member: Int, now: Int64) -> Bool {
        draining.contains(member) || health.isDrained(member, now: now)
    }

    /// Whether so few can be used that what checks and ejections say is not heeded.
    ///
    /// - Parameter now: milliseconds of the monotonic clock.
    public func isIgnoringVerdicts(now: Int64) -> Bool { health.isIgnoringVerdicts(now: now) }

    /// When the first one of those in error may be tried again, whoever can be used or is full.
    ///
    /// - Parameters:
    ///   - tried: the members that failed this request already.
    ///   - now: milliseconds of the monotonic clock.
    /// - Returns: a later time; `nil`: nobody is in error who could be tried.
    public func recoveryTime(excluding tried: MemberSet = MemberSet(), now: Int64) -> Int64? {
        failed(excluding: tried, now: now).map { members[$0].state.errorUntil }.filter { $0 > now }.min()
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
        health.addDrained(to: &drained, now: now)
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
        health.removeUntriable(from: &failed)
        return failed
    }

    /// Lets all return that are ejected: nobody will do so when their time is over.
    ///
    /// - Parameter now: milliseconds of the monotonic clock.
    public func endEjections(evidence: String, now: Int64) {
        for member in members { member.end(.ejection, evidence: evidence, now: now) }
    }

    /// How often members' states were looked at to find out who can be used.
    package var healthLookCount: Int { health.lookCount }
}
