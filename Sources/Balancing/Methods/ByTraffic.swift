/// Apache's weighted traffic counting (mod_lbmethod_bytraffic): the member that has moved the fewest bytes for its
/// factor, the first of equal ones.
///
/// Both directions are divided by the factor's hundredths and rounded down before they are added, as Apache does. An
/// exchange's bytes count when it ends, those since the table began.
extension Election {
    func electByTraffic(among candidates: borrowing Candidates, of members: [Member]) -> Int {
        var best = -1
        var bestTraffic: UInt64 = 0
        var position = candidates.begin
        while let member = candidates.next(&position) {
            let state = members[member].state
            let factor = UInt64(statuses.factors[member])
            let base = bases[member]
            let traffic = (state.sentBytes &- base.sent) / factor + (state.receivedBytes &- base.received) / factor
            if best < 0 || traffic < bestTraffic {
                best = member
                bestTraffic = traffic
            }
        }
        return best
    }
}
