/// The member that would have the fewest sessions for its factor with one more, and of equal ones the one whose share
/// of requests is most due.
///
/// Exchanges under way count as well: a new session is not seen before its first answer, and a burst of them must not
/// fall to one member. Of its sessions, those count that a member has more than whoever has the fewest for its factor,
/// as ``Limits/sessionsWeightMax`` exchanges of that one at most: a member of which too much was counted is not spared
/// while the others are busy.
extension Election {
    func electBySessions(among candidates: borrowing Candidates, of members: [Member], now: Int64) -> Int {
        var fewest = (sessions: Int64.max, factor: Int64(1))
        var position = candidates.begin
        while let member = candidates.next(&position) {
            let count = Int64(members[member].sessions?.count(now: now) ?? 0)
            let isFewer = fewest.sessions == .max || count * fewest.factor < fewest.sessions * statuses.factors[member]
            if isFewer { fewest = (count, statuses.factors[member]) }
        }
        return electLightest(among: candidates) { member in
            // All in parts of an exchange, as many as the factor of whoever has the fewest sessions.
            let sessions = Int64(members[member].sessions?.count(now: now) ?? 0)
            let excess = sessions * fewest.factor - fewest.sessions * statuses.factors[member]
            // A census that is being cleared may tell less than a moment ago.
            let weight = min(max(0, excess), Limits.sessionsWeightMax * statuses.factors[member])
            return Int(weight) + (members[member].state.inFlightCount + 1) * Int(fewest.factor)
        }
    }
}
