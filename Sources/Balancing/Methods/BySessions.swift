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
            let factor = statuses.factors[member]
            let isFewer = fewest.sessions == .max || count * fewest.factor < fewest.sessions * factor
            if isFewer { fewest = (count, factor) }
        }
        var (best, bestLoad) = (-1, Int64(0))
        position = candidates.begin
        while let member = candidates.next(&position) {
            // All in parts of an exchange, as many as the factor of whoever has the fewest sessions.
            let sessions = Int64(members[member].sessions?.count(now: now) ?? 0)
            let factor = statuses.factors[member]
            let excess = sessions * fewest.factor - fewest.sessions * factor
            // A census that is being cleared may tell less than a moment ago.
            let weight = min(max(0, excess), Limits.sessionsWeightMax * factor)
            let load = weight + Int64(busyness[member] + 1) * fewest.factor
            // Crosswise: a / b < c / d where a * d < c * b.
            let difference = best < 0 ? -1 : load * statuses.factors[best] - bestLoad * factor
            if difference < 0 || difference == 0 && statuses.next(member) > statuses.next(best) {
                (best, bestLoad) = (member, load)
            }
        }
        return best
    }
}
