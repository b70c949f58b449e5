/// The member that would have the fewest sessions for its factor with one more, and of equal ones the one whose share
/// of requests is most due.
///
/// Exchanges under way count as well: a new session is not seen before its first answer, and a burst of them must not
/// fall to one member.
extension Election {
    mutating func electBySessions(among candidates: borrowing Candidates, of members: [Member], now: Int64) -> Int {
        electLightest(among: candidates) { member in
            (members[member].sessions?.count(now: now) ?? 0) + members[member].state.inFlightCount + 1
        }
    }
}
