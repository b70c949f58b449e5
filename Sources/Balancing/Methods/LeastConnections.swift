/// Least connections: the member that would have the fewest exchanges under way for its factor with one more, and of
/// equal ones the one whose share of requests is most due.
extension Election {
    func electByConnections(among candidates: borrowing Candidates, of members: [Member]) -> Int {
        electLightest(among: candidates) { member in members[member].state.inFlightCount + 1 }
    }
}
