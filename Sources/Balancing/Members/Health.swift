import Synchronization

/// Who of a balancer's members is in error or down and who is drained, kept so that a choice looks at nobody who is
/// well.
///
/// States know nothing of balancers, as they live on across reloads under other indices. So they count their changes
/// together, and whoever finds that the count has moved on looks at all members once, under a lock. All others read the
/// count and the sets that are not empty. What another worker changes meanwhile may be seen of one member and not yet
/// of the next, as if they were looked at one after the other.
struct Health: ~Copyable, Sendable {
    private let changes: StateChanges
    private let states: [MemberState]
    private let eligible: MemberSet
    /// Of those who stand in one set, whoever is not declared to be draining.
    private let sets: [MemberSet]
    private let rules: HealthRules
    /// Who has failed and not answered since, whether or not its time has passed, and who is down.
    private let failed = SharedMemberSet()
    /// Those of them that are down until what has put them there ends.
    private let held = SharedMemberSet()
    /// Those of these for whom that has ended, and who are left alone for a while still as they come and go.
    private let ended = SharedMemberSet()
    private let drained = SharedMemberSet()
    /// Who gets another share of new sessions than its load factor says.
    private let shared = SharedMemberSet()
    /// When the first of those who failed may be tried again.
    private let earliestEnd = Atomic<Int64>(.max)
    /// Until when it is settled who gets how much; `Int64.min` while somebody's share is another one.
    private let settledUntil = Atomic<Int64>(.max)
    /// When the last slow start is over.
    private let slowStartEnd = Atomic<Int64>(.max)
    private let ignoring = Atomic<Bool>(false)
    /// The count of changes that the sets are right for.
    private let known = Atomic<UInt64>(.max)
    private let updating = Mutex<Void>(())
    private let looks = Atomic<Int>(0)

    /// - Parameters:
    ///   - eligible: who may get requests while he is well.
    ///   - sets: of those who stand in one set, whoever is not declared to be draining.
    ///   - changes: those of the states.
    init(
        _ states: [MemberState], eligible: MemberSet, sets: [MemberSet], rules: HealthRules, changes: StateChanges
    ) {
        self.states = states
        self.eligible = eligible
        self.sets = sets
        self.rules = rules
        self.changes = changes
    }

    /// How often a member's state was looked at.
    var lookCount: Int { looks.load(ordering: .relaxed) }

    /// The count of changes, which says who is in error and who is drained until it is another one; `nil` where
    /// somebody has failed whose time is over, or gets another share than usually.
    @inline(__always)
    func settledNumber(now: Int64) -> UInt64? {
        update(now: now)
        return settledUntil.load(ordering: .relaxed) > now ? known.load(ordering: .relaxed) : nil
    }

    /// Whether nobody has failed, is down or is drained, as of the last look.
    var isWell: Bool { failed.isEmpty && drained.isEmpty }

    /// Whether a member has failed and not answered since or is down, as of the last look.
    func hasFailed(_ member: Int) -> Bool { failed.contains(member) }

    /// Whether a member may be tried where nobody else is left, as of the last look: it is down for no more than a
    /// request's error, or for having come and gone.
    func mayBeTried(_ member: Int) -> Bool { !held.contains(member) || ended.contains(member) }

    /// Removes those who may not be tried though nobody else is left, as of the last look.
    func removeUntriable(from set: inout MemberSet) {
        guard !held.isEmpty else { return }
        var down = held.load()
        if !ended.isEmpty { down.subtract(ended.load()) }
        set.subtract(down)
    }

    /// Whether a member is drained, as of the last look.
    func isDrained(_ member: Int) -> Bool { drained.contains(member) }

    /// The same, as of now.
    func isDrained(_ member: Int, now: Int64) -> Bool {
        update(now: now)
        return drained.contains(member)
    }

    /// The same, as of now.
    func isHeld(_ member: Int, now: Int64) -> Bool {
        update(now: now)
        return held.contains(member)
    }

    /// Whether what checks and ejections say is not obeyed.
    func isIgnoringVerdicts(now: Int64) -> Bool {
        update(now: now)
        return ignoring.load(ordering: .relaxed)
    }

    /// Whether somebody gets another share of new sessions than its load factor says, as of the last look.
    var hasShares: Bool { !shared.isEmpty }

    /// The share of new sessions that a member gets, in per cent of what its load factor says.
    ///
    /// - Parameter now: milliseconds of the monotonic clock.
    func share(of member: Int, now: Int64) -> Int {
        guard shared.contains(member) else { return 100 }
        let percent = states[member].sharePercent
        guard let since = states[member].risingSince else { return percent }
        let rising = rules.slowStartPercent(since: since, now: now)
        return rising == 100 || percent == 0 ? percent : max(1, percent * rising / 100)
    }

    /// Adds those who are drained to a set.
    func addDrained(to set: inout MemberSet, now: Int64) {
        update(now: now)
        if !drained.isEmpty { set.formUnion(drained.load()) }
    }

    /// Who is in error or down.
    ///
    /// - Parameter now: milliseconds of the monotonic clock.
    func inError(now: Int64) -> MemberSet {
        update(now: now)
        if slowStartEnd.load(ordering: .relaxed) <= now { lookAtAll(now: now, isForced: true) }
        guard !failed.isEmpty else { return MemberSet() }
        var set = failed.load()
        guard earliestEnd.load(ordering: .relaxed) <= now else { return set }
        looks.wrappingAdd(set.count, ordering: .relaxed)
        for member in set where !held.contains(member) && !states[member].isInError(now: now) { set.remove(member) }
        return set
    }

    @inline(__always)
    private func update(now: Int64) {
        if known.load(ordering: .acquiring) != changes.healthCount { lookAtAll(now: now, isForced: false) }
    }

    /// What is found by one look.
    private struct Finding: ~Copyable {
        var failed = MemberSet()
        var held = MemberSet()
        var ended = MemberSet()
        var drained = MemberSet()
        var shared = MemberSet()
        var earliestEnd = Int64.max
        var slowStartEnd = Int64.max
    }

    /// - Parameter isForced: whether to look though no cause has begun or ended since.
    @inline(never)
    private func lookAtAll(now: Int64, isForced: Bool) {
        updating.withLock { _ in
            let count = changes.healthCount
            guard isForced || known.load(ordering: .relaxed) != count else { return }
            var finding = find(heeding: HealthCauses.words.union(.verdicts), now: now)
            let last = ejectedLast(finding)
            if !last.isEmpty {
                finding = find(heeding: HealthCauses.words.union(.verdicts), excusing: last, now: now)
            }
            var usable = eligible
            usable.subtract(finding.failed)
            let isIgnoring = rules.ignoresVerdicts(usable: usable.count, of: eligible.count)
            if isIgnoring { finding = find(heeding: .words, now: now) }
            looks.wrappingAdd(states.count, ordering: .relaxed)
            earliestEnd.store(finding.earliestEnd, ordering: .relaxed)
            settledUntil.store(finding.shared.isEmpty ? finding.earliestEnd : .min, ordering: .relaxed)
            slowStartEnd.store(finding.slowStartEnd, ordering: .relaxed)
            failed.store(finding.failed)
            held.store(finding.held)
            ended.store(finding.ended)
            drained.store(finding.drained)
            shared.store(finding.shared)
            ignoring.store(isIgnoring, ordering: .relaxed)
            known.store(count, ordering: .releasing)
        }
    }

    /// Who is ejected and would be the last of his set: nobody else there can be used by now. He gets requests at once,
    /// and ``OutlierWatch`` ends his ejection with its next look.
    private func ejectedLast(_ finding: borrowing Finding) -> MemberSet {
        var last = MemberSet()
        guard rules.ejection != nil else { return last }
        for set in sets {
            var usable = set
            usable.subtract(finding.failed)
            usable.subtract(finding.drained)
            guard usable.isEmpty else { continue }
            for member in set where states[member].lastingCauses.contains(HealthCauses(.ejection)) {
                last.insert(member)
            }
        }
        return last
    }

    /// - Parameters:
    ///   - heeded: the causes for which a member is down.
    ///   - excused: members that are not down for an ejection.
    private func find(
        heeding heeded: HealthCauses, excusing excused: MemberSet = MemberSet(), now: Int64
    ) -> Finding {
        var finding = Finding()
        for (member, state) in states.enumerated() {
            var causes = state.lastingCauses
            if excused.contains(member) { causes.remove(HealthCauses(.ejection)) }
            if !causes.isDisjoint(with: .drains) || state.sharePercent == 0 { finding.drained.insert(member) }
            if !causes.isDisjoint(with: heeded) {
                finding.failed.insert(member)
                finding.held.insert(member)
                let lasting = causes.intersection(heeded).subtracting(state.endedCauses)
                if lasting.isEmpty { finding.ended.insert(member) }
            } else if let until = state.failedUntil {
                finding.failed.insert(member)
                finding.earliestEnd = min(finding.earliestEnd, until)
            }
            if state.sharePercent != 100 { finding.shared.insert(member) }
            if let since = state.risingSince, rules.isStarting(since: since, now: now) {
                finding.shared.insert(member)
                let end = since + rules.slowStartMilliseconds
                finding.slowStartEnd = finding.slowStartEnd == .max ? end : max(end, finding.slowStartEnd)
            }
        }
        return finding
    }
}
