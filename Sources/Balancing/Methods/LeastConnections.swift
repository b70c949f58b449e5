/// Least connections: the member that would have the fewest exchanges under way for its factor with one more, and of
/// equal ones the one whose share of requests is most due.
extension Election {
    mutating func electByConnections(among candidates: borrowing Candidates, of members: [Member]) -> Int {
        var total: Int64 = 0
        var best = -1
        var bestLoad: Int64 = 0
        var position = candidates.begin
        while let member = candidates.next(&position) {
            total += urge(member)
            // Read once, as other workers change it. Compared crosswise: a / b < c / d where a * d < c * b.
            let load = Int64(members[member].state.inFlightCount + 1)
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
