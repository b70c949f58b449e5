/// Apache's heartbeat counting (mod_lbmethod_heartbeat): drawn at random, each member as likely as it has ready places
/// by its last heartbeat, for its factor.
///
/// A member that was not heard of lately counts for one ready place, so that it is tried now and then and may say how
/// it is in its answer; Apache gives it nothing. Where nobody has a ready place, all have the same.
extension Election {
    func electByHeartbeat(
        among candidates: borrowing Candidates, of members: [Member], now: Int64, random: () -> UInt64
    ) -> Int {
        let winner = draw(among: candidates, random: random) { members[$0].state.heartbeat.readyPlaces(now: now) }
        return winner < 0 ? draw(among: candidates, random: random) { _ in 1 } : winner
    }

    /// Draws a member, each as likely as it has places, for its factor; -1 where nobody has any.
    private func draw(
        among candidates: borrowing Candidates, random: () -> UInt64, places: (Int) -> UInt64
    ) -> Int {
        var (total, winner) = (UInt64(0), -1)
        var position = candidates.begin
        while let member = candidates.next(&position) {
            let weight = places(member) * UInt64(statuses.factors[member])
            total += weight
            // Each takes the place of those before it with its share of all so far.
            if weight > 0, random().multipliedFullWidth(by: total).high < weight { winner = member }
        }
        return winner
    }
}
