/// Apache's pending request counting (mod_lbmethod_bybusyness): the member with the fewest exchanges under way, and of
/// equal ones the one whose share of requests is most due.
extension Election {
    mutating func electByBusyness(among candidates: borrowing Candidates, of members: [Member]) -> Int {
        var total: Int64 = 0
        var best = -1
        var bestBusy = 0
        var position = candidates.begin
        while let member = candidates.next(&position) {
            total += urge(member)
            // Read once, as other workers change it.
            let busy = members[member].state.inFlightCount
            if best < 0 || busy < bestBusy || busy == bestBusy && statuses[member] > statuses[best] {
                best = member
                bestBusy = busy
            }
        }
        ease(best, by: total)
        return best
    }
}
