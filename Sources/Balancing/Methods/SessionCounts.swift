import BasicContainers

/// How many sessions members have, as far as was told and time has passed.
struct SessionCounts: ~Copyable, Sendable {
    private let censuses: RigidArray<SessionCensus?>
    private let epochMilliseconds: Int64
    /// The part of time for which the counts are right.
    private var epoch = Int64.min

    /// Knows of none.
    init(_ members: [Member]) {
        censuses = RigidArray(capacity: members.count, copying: members.map(\.sessions))
        let idle = members.lazy.compactMap(\.sessions).first?.idleMilliseconds
        epochMilliseconds = idle.map(SessionCensus.epochMilliseconds) ?? .max
    }

    private init(copying other: borrowing SessionCounts) {
        censuses = other.censuses.clone()
        (epochMilliseconds, epoch) = (other.epochMilliseconds, other.epoch)
    }

    /// The same once more.
    func duplicate() -> SessionCounts { SessionCounts(copying: self) }

    /// A member's.
    func count(of member: Int, now: Int64) -> Int64 { Int64(censuses[member]?.count(now: now) ?? 0) }

    /// Whether all are to be looked at, as sessions may have expired since.
    mutating func hasExpired(now: Int64) -> Bool {
        let current = now / epochMilliseconds
        guard current > epoch else { return false }
        epoch = current
        return true
    }
}
