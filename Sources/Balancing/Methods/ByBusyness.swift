/// Apache's pending request counting (mod_lbmethod_bybusyness): the member with the fewest exchanges under way, and of
/// equal ones the one whose share of requests is most due.
extension Election {
    func electByBusyness(among candidates: borrowing Candidates, of members: [Member]) -> Int {
        var best = -1
        var bestBusy = 0
        var position = candidates.begin
        while let member = candidates.next(&position) {
            // Read once, as other workers change it.
            let busy = members[member].state.inFlightCount
            if best < 0 || busy < bestBusy || busy == bestBusy && statuses.next(member) > statuses.next(best) {
                best = member
                bestBusy = busy
            }
        }
        return best
    }
}
