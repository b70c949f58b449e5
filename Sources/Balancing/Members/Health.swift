import Synchronization

/// Who of a balancer's members is in error and who is drained, kept so that a choice looks at nobody who is well.
///
/// States know nothing of balancers, as they live on across reloads under other indices. So they count their changes
/// together, and whoever finds that the count has moved on looks at all members once, under a lock. All others read the
/// count and the sets that are not empty. What another worker changes meanwhile may be seen of one member and not yet
/// of the next, as if they were looked at one after the other.
struct Health: ~Copyable, Sendable {
    private let changes: StateChanges
    private let states: [MemberState]
    /// Who has failed and not answered since, whether or not its time has passed.
    private let failed = SharedMemberSet()
    private let drained = SharedMemberSet()
    /// When the first of those who failed may be tried again.
    private let earliestEnd = Atomic<Int64>(.max)
    /// The count of changes that the sets are right for.
    private let known = Atomic<UInt64>(.max)
    private let updating = Mutex<Void>(())
    private let looks = Atomic<Int>(0)

    /// - Parameter changes: those of the states.
    init(_ states: [MemberState], changes: StateChanges) {
        self.states = states
        self.changes = changes
    }

    /// How often a member's state was looked at.
    var lookCount: Int { looks.load(ordering: .relaxed) }

    /// The count of changes, which says who is in error and who is drained until it is another one; `nil` where
    /// somebody has failed whose time is over.
    @inline(__always)
    func settledNumber(now: Int64) -> UInt64? {
        update()
        return earliestEnd.load(ordering: .relaxed) > now ? known.load(ordering: .relaxed) : nil
    }

    /// Whether nobody has failed or is drained, as of the last look.
    var isWell: Bool { failed.isEmpty && drained.isEmpty }

    /// Whether a member has failed and not answered since, as of the last look.
    func hasFailed(_ member: Int) -> Bool { failed.contains(member) }

    /// Whether a member is drained, as of the last look.
    func isDrained(_ member: Int) -> Bool { drained.contains(member) }

    /// Adds those who are drained to a set.
    func addDrained(to set: inout MemberSet) {
        update()
        if !drained.isEmpty { set.formUnion(drained.load()) }
    }

    /// Who is in error.
    ///
    /// - Parameter now: milliseconds of the monotonic clock.
    func inError(now: Int64) -> MemberSet {
        update()
        guard !failed.isEmpty else { return MemberSet() }
        var set = failed.load()
        guard earliestEnd.load(ordering: .relaxed) <= now else { return set }
        looks.wrappingAdd(set.count, ordering: .relaxed)
        for member in set where !states[member].isInError(now: now) { set.remove(member) }
        return set
    }

    @inline(__always)
    private func update() {
        if known.load(ordering: .acquiring) != changes.healthCount { lookAtAll() }
    }

    @inline(never)
    private func lookAtAll() {
        updating.withLock { _ in
            let count = changes.healthCount
            guard known.load(ordering: .relaxed) != count else { return }
            var (failed, drained, end) = (MemberSet(), MemberSet(), Int64.max)
            for (member, state) in states.enumerated() {
                if state.isDrained { drained.insert(member) }
                guard let until = state.failedUntil else { continue }
                failed.insert(member)
                end = min(end, until)
            }
            looks.wrappingAdd(states.count, ordering: .relaxed)
            earliestEnd.store(end, ordering: .relaxed)
            self.failed.store(failed)
            self.drained.store(drained)
            known.store(count, ordering: .releasing)
        }
    }
}
