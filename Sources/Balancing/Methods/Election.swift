/// A balancer's election: its method, and the table in which Apache's methods keep how urgently members have to work.
///
/// A session's request counts in the table whatever the method: each usable member's factor is added to its status, and
/// their sum is taken from the session's member. Nothing is allocated.
struct Election: Sendable {
    private let method: Method
    /// Apache's `lbstatus`.
    private(set) var statuses: LoadStatuses
    /// Bytes sent to and received from members before the table began.
    private(set) var bases: [(sent: UInt64, received: UInt64)]

    /// Makes a table.
    init(_ method: Method, members: [Member]) {
        self.method = method
        statuses = LoadStatuses(members)
        bases = members.map { ($0.state.sentBytes, $0.state.receivedBytes) }
    }

    /// Goes on where an earlier table stands if it is the same method's, for the same factors in the same order.
    mutating func resume(_ earlier: borrowing Election) {
        guard earlier.method == method, earlier.statuses.factors == statuses.factors else { return }
        statuses.resume(earlier.statuses)
        // Element by element: a shared array would be copied at the next turn, within the lock.
        for member in bases.indices { bases[member] = earlier.bases[member] }
    }

    /// A table of the same standing that shares nothing with this one: a shared array would be copied at the next turn.
    func duplicate() -> Election {
        var copy = self
        copy.statuses = statuses.duplicate()
        copy.bases = bases.map { $0 }
        return copy
    }

    /// Finds the member that the method would elect.
    ///
    /// - Parameters:
    ///   - now: milliseconds of the monotonic clock.
    ///   - random: gives 64 random bits each time.
    mutating func find(
        among candidates: borrowing Candidates, of members: [Member], now: Int64, random: () -> UInt64
    ) -> Int {
        if method.countsElections { statuses.admit(candidates) }
        return switch method {
        case .byrequests, .consistentHash: electByRequests()
        case .bytraffic: electByTraffic(among: candidates, of: members)
        case .bybusyness: electByBusyness(among: candidates, of: members)
        case .leastConnections: electByConnections(among: candidates, of: members)
        case .bysessions: electBySessions(among: candidates, of: members, now: now)
        case .heartbeat: electByHeartbeat(among: candidates, of: members, now: now, random: random)
        case .twoChoices: electOfTwo(among: candidates, of: members, now: now, random: random)
        }
    }

    /// Counts the request of the member that was found.
    mutating func count(_ winner: Int) {
        if method.countsElections { statuses.countElection(of: winner) }
    }

    /// Counts a session's request.
    ///
    /// - Parameters:
    ///   - winner: the session's member, one of `electorate`.
    ///   - electorate: the members whose factors count.
    mutating func count(_ winner: Int, among electorate: borrowing MemberSet) {
        statuses.countSession(of: winner, among: electorate)
    }

    /// Finds the member with the smallest load for its factor, and of equal ones the one whose share of requests is
    /// most due.
    ///
    /// - Parameter loadOf: a member's load.
    @inline(__always)
    func electLightest(among candidates: borrowing Candidates, loadOf: (Int) -> Int) -> Int {
        var best = -1
        var bestLoad: Int64 = 0
        var position = candidates.begin
        while let member = candidates.next(&position) {
            // Read once: other workers change it. Compared crosswise: a / b < c / d where a * d < c * b.
            let load = Int64(loadOf(member))
            let difference = best < 0 ? -1 : load * statuses.factors[best] - bestLoad * statuses.factors[member]
            if difference < 0 || difference == 0 && statuses.next(member) > statuses.next(best) {
                best = member
                bestLoad = load
            }
        }
        return best
    }
}

extension Method {
    /// Whether elections count in the table as well, and not sessions' requests alone.
    fileprivate var countsElections: Bool {
        switch self {
        case .byrequests, .consistentHash, .bybusyness, .leastConnections, .bysessions: true
        case .bytraffic, .heartbeat, .twoChoices: false
        }
    }
}
