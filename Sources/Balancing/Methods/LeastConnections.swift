/// Least connections: the member that would have the fewest exchanges under way for its factor with one more, and of
/// equal ones the one whose share of requests is most due.
extension Election {
    @inline(__always)
    func electByConnections() -> Int { statuses.lightestForFactor() }
}
