/// The member that would have the fewest sessions for its factor with one more, and of equal ones the one whose share
/// of requests is most due.
///
/// Exchanges under way count as well: a new session is not seen before its first answer, and a burst of them must not
/// fall to one member.
extension Election {
    mutating func electBySessions(among candidates: borrowing Candidates, of members: [Member], now: Int64) -> Int {
        var total: Int64 = 0
        var best = -1
        var bestLoad: Int64 = 0
        var position = candidates.begin
        while let member = candidates.next(&position) {
            total += urge(member)
            // Read once, as other workers change it. Compared crosswise: a / b < c / d where a * d < c * b.
            let sessions = members[member].sessions?.count(now: now) ?? 0
            let load = Int64(sessions + members[member].state.inFlightCount + 1)
            let difference = best < 0 ? -1 : load * factors[best] - bestLoad * factors[member]
            if difference < 0 || difference == 0 && statuses[member] > statuses[best] {
                best = member
                bestLoad = load
            }
        }
        ease(best, by: total)
        return best
    }
}
