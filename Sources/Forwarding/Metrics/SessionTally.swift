import Balancing

/// How many sessions members have, as they were counted last: for each scrape some are counted anew, those first that
/// were counted the longest ago.
package struct SessionTally {
    private var installation = 0
    /// By the members' order through all balancers.
    private var entries: [(census: SessionCensus?, count: Int?)] = []
    /// Who is counted next.
    private var next = 0

    /// Nothing counted yet.
    package init() {}

    /// The sessions of the first members of an edge; `nil` of those that are not counted, or not yet.
    ///
    /// - Parameters:
    ///   - memberCount: how many, through all balancers.
    ///   - bound: how many are counted anew.
    ///   - now: milliseconds of the event loops' clock.
    package mutating func counts(of edge: Edge, _ memberCount: Int, bound: Int, now: Int64) -> [Int?] {
        if installation != edge.installation { take(edge, memberCount) }
        var left = bound
        for _ in entries.indices where left > 0 {
            if let census = entries[next].census {
                entries[next].count = census.count(now: now)
                left -= 1
            }
            next = (next + 1) % entries.count
        }
        return entries.map(\.count)
    }

    /// Goes on with the members of another installation: those that stay keep their counts.
    private mutating func take(_ edge: Edge, _ memberCount: Int) {
        var known: [ObjectIdentifier: Int] = [:]
        for case (let census?, let count?) in entries { known[ObjectIdentifier(census)] = count }
        installation = edge.installation
        entries = edge.balancers.flatMap { $0.chooser.members }.prefix(memberCount).map { member in
            (member.sessions, member.sessions.flatMap { known[ObjectIdentifier($0)] })
        }
        next = 0
    }
}
