import Synchronization

/// Whose session is whose, in memory of a fixed size: places of 16 bytes, three for two of the sessions that were
/// declared, so that all of those find one.
///
/// A session may stand in 16 places: the eight of each of two sets, of which the emptier one takes it in. When all are
/// taken, it takes that of the session which was seen longest ago, of those whose clients have not come back; where all
/// have, of all. So who begins sessions and never returns pushes out others of that kind alone. Shared by all workers;
/// the sets are dealt out to shards, and the lock of one is held for one look at 16 places.
final class LearnedTable: Sendable {
    /// A place.
    struct Entry: Sendable {
        /// The keyed hash of the session's identifier.
        var session: UInt64 = 0
        /// When it was seen last, in ticks.
        var seen: UInt32 = 0
        /// Whose it is; 0: the place is free.
        var owner: UInt16 = 0
        /// Whether its client has come back since it began.
        var hasReturned = false
    }

    /// Some of the sets.
    final class Shard: Sendable {
        /// The places of one set after the other.
        let entries: Mutex<[Entry]>

        init(sets: Int) {
            entries = Mutex([Entry](repeating: Entry(), count: sets * LearnedTable.ways))
        }
    }

    /// Places of a set.
    static let ways = 8
    /// Sessions of a shard at least, where there is more than one: of so many, none gets a tenth more than the others.
    private static let shardSessions = 1_024
    /// Shards at most: more than there are workers that could meet in one.
    private static let shardsMax = 64

    /// How many sessions it was made for.
    let capacity: Int
    private let sets: Int
    private let shards: [Shard]

    /// Makes an empty table.
    ///
    /// - Parameter capacity: sessions that it holds for certain, `Limits.learnedSessions`.
    init(capacity: Int) {
        self.capacity = capacity
        let count = min(max(1, capacity / Self.shardSessions), Self.shardsMax)
        let places = (capacity * 3 / 2 + count - 1) / count
        let sets = max(2, (places + Self.ways - 1) / Self.ways)
        self.sets = sets
        shards = (0..<count).map { _ in Shard(sets: sets) }
    }

    /// Bytes of its places.
    var bytes: Int { shards.count * sets * Self.ways * MemoryLayout<Entry>.stride }

    /// Hands a session's shard to `body`, with the first place of each of its sets.
    @inline(__always)
    func with<Result>(_ session: UInt64, _ body: (inout [Entry], Int, Int) -> Result) -> Result {
        let (shard, rest) = session.multipliedFullWidth(by: UInt64(shards.count))
        let first = Int(rest.multipliedFullWidth(by: UInt64(sets)).high) * Self.ways
        let second = Int(StableHash.mix(rest).multipliedFullWidth(by: UInt64(sets)).high) * Self.ways
        return shards[Int(shard)].entries.withLock { body(&$0, first, second) }
    }

    /// All places that are taken. Copies them, a shard at a time.
    func taken() -> [Entry] {
        shards.flatMap { shard in shard.entries.withLock { entries in entries.filter { $0.owner != 0 } } }
    }
}
