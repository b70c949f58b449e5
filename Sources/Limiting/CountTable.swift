import Synchronization

/// How much each has under way, counted exactly: exchanges or connections, by a keyed hash of whose they are.
///
/// Somebody has a place only while he has something under way, so that places ≤ what is under way; memory follows
/// that, 16 bytes a place, between one place in eight taken and three in four. Shared by all workers; the lock of a
/// shard is held for one look, and as long as it takes to move its places where it grows or shrinks.
public final class CountTable: Sendable {
    /// Some of the places, on lines of the processor's cache of its own.
    private struct Shard: ~Copyable, Sendable {
        let counts = Mutex(CountPlaces())
        private let padding = InlineArray<5, UInt64>(repeating: 0)
    }

    private let shards: InlineArray<64, Shard>

    /// Makes a table in which nobody has anything under way.
    public init() {
        shards = InlineArray { _ in Shard() }
    }

    /// Counts one more, unless that would be too many. Any thread.
    ///
    /// - Parameters:
    ///   - hash: whose it is, a keyed hash.
    ///   - most: how many he may have, 0 or more; it may be another number each time.
    /// - Returns: whether it was counted, and is to be given back by ``leave(_:)``.
    public func enter(_ hash: UInt64, most: Int) -> Bool {
        shards[Self.shard(of: hash)].counts.withLock { $0.enter(hash, most: most) }
    }

    /// Gives back what ``enter(_:most:)`` has counted. Any thread.
    public func leave(_ hash: UInt64) {
        shards[Self.shard(of: hash)].counts.withLock { $0.leave(hash) }
    }

    /// How many somebody has under way. Any thread.
    public func count(of hash: UInt64) -> Int {
        shards[Self.shard(of: hash)].counts.withLock { $0.count(of: hash) }
    }

    /// Bytes of its places at present. Any thread.
    public var bytes: Int {
        shards.indices.reduce(0) { sum, shard in sum + shards[shard].counts.withLock { $0.bytes } }
    }

    // The highest bits; places go by the lowest.
    private static func shard(of hash: UInt64) -> Int { Int(hash >> 58) }
}
