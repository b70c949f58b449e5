/// A balancer's election: its method, and the table in which Apache's methods keep how urgently members have to work.
///
/// A session's request counts in the table whatever the method: each usable member's factor is added to its status, and
/// their sum is taken from the session's member. Nothing is allocated.
struct Election: Sendable {
    private let method: Method
    let factors: [Int64]
    /// Apache's `lbstatus`, in hundredths; begins at 0.
    var statuses: [Int64]

    /// Bytes sent to and received from members before the table began.
    private(set) var bases: [(sent: UInt64, received: UInt64)]

    /// Makes a table.
    init(_ method: Method, members: [Member]) {
        self.method = method
        factors = members.map { Int64($0.specification.loadFactor.hundredths) }
        statuses = [Int64](repeating: 0, count: members.count)
        bases = members.map { ($0.state.sentBytes, $0.state.receivedBytes) }
    }

    /// Goes on where an earlier table stands if it is the same method's, for the same factors in the same order.
    mutating func resume(_ earlier: borrowing Election) {
        guard earlier.method == method, earlier.factors == factors else { return }
        // Element by element: a shared array would be copied at the next turn, within the lock.
        for member in statuses.indices {
            statuses[member] = earlier.statuses[member]
            bases[member] = earlier.bases[member]
        }
    }

    /// A table of the same standing that shares nothing with this one: a shared array would be copied at the next turn.
    func duplicate() -> Election {
        var copy = self
        copy.statuses = statuses.map { $0 }
        copy.bases = bases.map { $0 }
        return copy
    }

    /// Elects a member.
    ///
    /// - Parameters:
    ///   - now: milliseconds of the monotonic clock.
    ///   - random: gives 64 random bits each time.
    mutating func elect(
        among candidates: borrowing Candidates, of members: [Member], now: Int64, random: () -> UInt64
    ) -> Int {
        switch method {
        case .byrequests, .consistentHash: electByRequests(among: candidates)
        case .bytraffic: electByTraffic(among: candidates, of: members)
        case .bybusyness: electByBusyness(among: candidates, of: members)
        case .leastConnections: electByConnections(among: candidates, of: members)
        case .bysessions: electBySessions(among: candidates, of: members, now: now)
        case .heartbeat: electByHeartbeat(among: candidates, of: members, now: now, random: random)
        case .twoChoices: electOfTwo(among: candidates, of: members, now: now, random: random)
        }
    }

    /// Counts a session's request.
    ///
    /// - Parameters:
    ///   - winner: the session's member, one of `usable`.
    ///   - usable: the members whose factors count.
    mutating func count(_ winner: Int, among usable: borrowing MemberSet) {
        var total: Int64 = 0
        var next = usable.first(from: 0)
        while let member = next {
            total += urge(member)
            next = usable.first(from: member + 1)
        }
        ease(winner, by: total)
    }

    /// Elects the member with the smallest load for its factor, and of equal ones the one whose share of requests is
    /// most due.
    ///
    /// - Parameter loadOf: a member's load.
    @inline(__always)
    mutating func electLightest(among candidates: borrowing Candidates, loadOf: (Int) -> Int) -> Int {
        var total: Int64 = 0
        var best = -1
        var bestLoad: Int64 = 0
        var position = candidates.begin
        while let member = candidates.next(&position) {
            total += urge(member)
            // Read once: other workers change it. Compared crosswise: a / b < c / d where a * d < c * b.
            let load = Int64(loadOf(member))
            let difference = best < 0 ? -1 : load * factors[best] - bestLoad * factors[member]
            if difference < 0 || difference == 0 && statuses[member] > statuses[best] {
                best = member
                bestLoad = load
            }
        }
        ease(best, by: total)
        return best
    }

    /// Adds a member's factor to its status.
    ///
    /// - Returns: the factor.
    mutating func urge(_ member: Int) -> Int64 {
        let factor = factors[member]
        statuses[member] = min(statuses[member] + factor, Limits.loadStatusMax)
        return factor
    }

    /// Takes what was added to all from the one that gets the request.
    mutating func ease(_ member: Int, by total: Int64) {
        statuses[member] = max(statuses[member] - total, -Limits.loadStatusMax)
    }
}
