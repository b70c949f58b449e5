/// Apache's request counting: each member gets its share of the requests, in the order that mod_lbmethod_byrequests
/// gives.
///
/// Each turn adds every usable member's factor to its status, takes the member with the highest status, the first of
/// equal ones, and takes the sum of the added factors from it. A session's request does the same but for the choice, so
/// that it counts.
struct ByRequests: Sendable {
    private let factors: [Int64]
    /// Apache's `lbstatus`: how urgently a member has to work, in hundredths; begins at 0.
    private(set) var statuses: [Int64]

    /// Makes a table for members of these factors, in hundredths.
    init(factors: [Int64]) {
        self.factors = factors
        statuses = [Int64](repeating: 0, count: factors.count)
    }

    /// Goes on where an earlier table stands if it has the same factors in the same order.
    mutating func resume(_ earlier: borrowing ByRequests) {
        guard earlier.factors == factors else { return }
        // Element by element: a shared array would be copied at the next turn, within the lock.
        for member in statuses.indices { statuses[member] = earlier.statuses[member] }
    }

    /// Takes a turn; nothing is allocated.
    ///
    /// - Parameters:
    ///   - usable: the members that count; at least one.
    ///   - sticky: the member of the request's session, one of `usable`; `nil`: the method elects.
    /// - Returns: the member that gets the request.
    mutating func elect(among usable: borrowing MemberSet, sticky: Int?) -> Int {
        let factors = self.factors
        var statuses = self.statuses.mutableSpan
        var total: Int64 = 0
        var best = -1
        var next = usable.first(from: 0)
        while let member = next {
            let status = min(statuses[member] + factors[member], Limits.loadStatusMax)
            statuses[member] = status
            total += factors[member]
            if best < 0 || status > statuses[best] { best = member }
            next = usable.first(from: member + 1)
        }
        let winner = sticky ?? best
        statuses[winner] = max(statuses[winner] - total, -Limits.loadStatusMax)
        return winner
    }
}
