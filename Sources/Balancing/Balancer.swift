import Synchronization

/// A named group of members, and who of them gets a request.
///
/// Immutable but for the members' state and the election table, which all workers share; the table's lock is held for
/// one turn of the method. Time is handed in as milliseconds of a monotonic clock.
public final class Balancer: Sendable {
    /// The declared name.
    public let name: String
    /// The members in the order of their declaration, which is that of their indices.
    public let members: [Member]
    private let isForcingRecovery: Bool
    private let election: Mutex<ByRequests>

    /// Makes a balancer.
    ///
    /// - Parameters:
    ///   - name: the declared name.
    ///   - specifications: at most `Limits.membersMax`, of different names.
    ///   - isForcingRecovery: whether all members are tried again at once when all are in error (`force-recovery`).
    ///   - predecessor: the balancer of this name before a reload. Members of the same name go on with its members'
    ///     state; the election goes on where it stands if names and factors are the same, and begins anew otherwise.
    public init(
        name: String, members specifications: [MemberSpecification], isForcingRecovery: Bool = true,
        replacing predecessor: Balancer? = nil
    ) {
        precondition(specifications.count <= Limits.membersMax, "more members than a balancer holds")
        var states: [String: MemberState] = [:]
        for member in predecessor?.members ?? [] { states[member.name] = member.state }
        self.name = name
        self.isForcingRecovery = isForcingRecovery
        members = specifications.map { Member($0, state: states[$0.name] ?? MemberState()) }
        var method = ByRequests(factors: specifications.map { Int64($0.loadFactor.hundredths) })
        if let predecessor, predecessor.members.map(\.name) == specifications.map(\.name) {
            predecessor.election.withLock { method.resume($0) }
        }
        election = Mutex(method)
    }

    /// Chooses the member that gets a request, and counts the exchange as under way until
    /// ``MemberState/release(sentBytes:receivedBytes:)``.
    ///
    /// The best usable preference wins; otherwise the method elects. Usable is who is not in error and not excluded.
    /// Either way the request counts in the election, as in Apache. Allocates nothing.
    ///
    /// - Parameters:
    ///   - preferences: the members that the request's session asks for.
    ///   - tried: the members that failed this request already.
    ///   - staysWithSession: whether a request with preferences goes to one of them or to nobody (`no-failover`).
    ///   - now: milliseconds of the monotonic clock.
    /// - Returns: the choice, or `nil` when no member is usable.
    public func choose(
        _ preferences: MemberPreferences = MemberPreferences(), excluding tried: MemberSet = MemberSet(),
        staysWithSession: Bool = false, now: Int64
    ) -> Choice? {
        var (usable, isAllInError) = survey(excluding: tried, now: now)
        let isRecovering = isAllInError && isForcingRecovery
        if isRecovering { usable = recover(excluding: tried) }
        guard !usable.isEmpty else { return nil }
        let sticky = preferences.first(in: usable)
        if staysWithSession, sticky == nil, preferences.count > 0 { return nil }
        let member = election.withLock { $0.elect(among: usable, sticky: sticky) }
        members[member].state.begin()
        let asked = sticky ?? (preferences.count > 0 ? preferences[0] : nil)
        let reason = isRecovering ? .recovered : reason(asked: asked, sticky: sticky, preferences, tried)
        return Choice(member: member, asked: asked, reason: reason)
    }

    /// The members' places in the election as it stands (Apache's `lbstatus`).
    ///
    /// In hundredths, by index. Allocates; for status pages and tests.
    public func loadStatuses() -> [Int64] {
        // Element by element: a shared array would be copied at the next turn, within the lock.
        election.withLock { method in method.statuses.map { $0 } }
    }

    /// Looks at each member once, so that what other workers do meanwhile cannot make the two results disagree.
    private func survey(excluding tried: MemberSet, now: Int64) -> (usable: MemberSet, isAllInError: Bool) {
        var usable = MemberSet()
        var isAllInError = true
        for member in members.indices where !members[member].state.isInError(now: now) {
            isAllInError = false
            if !tried.contains(member) { usable.insert(member) }
        }
        return (usable, isAllInError)
    }

    /// Takes the members that were not tried out of error.
    private func recover(excluding tried: MemberSet) -> MemberSet {
        var recovered = MemberSet()
        for member in members.indices where !tried.contains(member) {
            members[member].state.recover()
            recovered.insert(member)
        }
        return recovered
    }

    private func reason(
        asked: Int?, sticky: Int?, _ preferences: MemberPreferences, _ tried: MemberSet
    ) -> ChoiceReason {
        guard let asked else { return preferences.hasUnknownRoute ? .unknownRoute : .elected }
        guard sticky == nil else { return .sticky }
        return tried.contains(asked) ? .memberTried : .memberInError
    }
}
