/// Apache's heartbeat counting (mod_lbmethod_heartbeat): drawn at random, each member as likely as it has ready places
/// by its last heartbeat, for its factor.
///
/// A member that was not heard of lately counts for one ready place, so that it is tried now and then and may say how
/// it is in its answer. Where nobody has a ready place, requests are counted.
extension Election {
    mutating func electByHeartbeat(
        among candidates: borrowing Candidates, of members: [Member], now: Int64, random: () -> UInt64
    ) -> Int {
        var (total, winner) = (UInt64(0), -1)
        var position = candidates.begin
        while let member = candidates.next(&position) {
            let places = members[member].state.heartbeat.readyPlaces(now: now) * UInt64(factors[member])
            total += places
            // Each takes the place of those before it with its share of all so far.
            if places > 0, random().multipliedFullWidth(by: total).high < places { winner = member }
        }
        return winner < 0 ? electByRequests(among: candidates) : winner
    }
}
