import Synchronization

/// The buckets of all who ask, in memory of a fixed size: places of 16 bytes in sets of eight, of which a hash has one.
///
/// A bucket that is full again says no more than none, so its place is free. Where no place of a set is free, somebody
/// new takes that of the bucket which will be full first, of those who were never refused; where all were, of all. So
/// whoever comes with many addresses pushes out those who asked little, and whoever asks too much is remembered: by the
/// time alone a rule of one token would forget him, as he and a newcomer are full at the same time.
///
/// Shared by all workers; the lock of a shard is held for one look at eight places.
public final class BucketTable: Sendable {
    /// A place. All zero: a full bucket of nobody.
    private struct Place: Sendable {
        /// Whose it is.
        var hash: UInt64 = 0
        /// When the bucket is full, and as the highest bit whether it has refused since it was full: as numbers, those
        /// come last who are forgotten last.
        var rank: UInt64 = 0

        static let refused: UInt64 = 1 << 63

        var fullAt: UInt64 { rank & ~Self.refused }
    }

    /// Some of the sets, on lines of the processor's cache of its own.
    private struct Shard: ~Copyable, Sendable {
        let places: Mutex<[Place]>
        private let padding = InlineArray<6, UInt64>(repeating: 0)

        init(places count: Int) {
            places = Mutex([Place](repeating: Place(), count: count))
        }
    }

    private static let ways = 8
    private static let shardsCount = 64

    /// How much each may have.
    public let allowance: Allowance
    private let shards: InlineArray<64, Shard>
    private let setsPerShard: Int

    /// Makes a table of full buckets.
    ///
    /// - Parameter buckets: how many it has places for, `Limits.buckets`; rounded up to a multiple of 512.
    public init(_ allowance: Allowance, buckets: Int = Limits.bucketsDefault) {
        precondition(Limits.buckets.contains(buckets), "a table of no such size")
        self.allowance = allowance
        let inShard = Self.shardsCount * Self.ways
        let sets = (buckets + inShard - 1) / inShard
        setsPerShard = sets
        shards = InlineArray { _ in Shard(places: sets * BucketTable.ways) }
    }

    /// Bytes of its places, the same for ever.
    public var bytes: Int { Self.shardsCount * setsPerShard * Self.ways * MemoryLayout<Place>.stride }

    /// Takes tokens from somebody's bucket, all or none. Any thread.
    ///
    /// - Parameters:
    ///   - hash: who asks, a keyed hash.
    ///   - count: 1 or more.
    ///   - now: nanoseconds of the monotonic clock, the same one for all who ask.
    public func take(_ hash: UInt64, count: Int = 1, now: Int64) -> Verdict {
        guard let cost = allowance.cost(of: count) else { return .refused(waitNanoseconds: .max) }
        let (units, capacity) = (allowance.units(at: now), allowance.capacity)
        let possibleAt: UInt64? = with(hash) { places, set in
            var place = Self.find(hash, in: places, set)
            if place < 0 {
                place = Self.room(in: places, set, at: units)
                places[place] = Place(hash: hash)
            }
            let rank = places[place].rank
            var bucket = TokenBucket(fullAt: rank & ~Place.refused)
            let mark = bucket.fullAt > units ? rank & Place.refused : 0
            let possibleAt = bucket.take(cost, at: units, capacity: capacity)
            places[place].rank = bucket.fullAt | (possibleAt == nil ? mark : Place.refused)
            return possibleAt
        }
        guard let possibleAt else { return .taken }
        return .refused(waitNanoseconds: allowance.nanoseconds(until: possibleAt, from: now))
    }

    /// What ``take(_:count:now:)`` would say, and how many tokens are there; takes and changes nothing. Any thread.
    public func peek(_ hash: UInt64, count: Int = 1, now: Int64) -> (verdict: Verdict, left: Int) {
        let bucket = with(hash) { places, set in
            let place = Self.find(hash, in: places, set)
            return place < 0 ? TokenBucket() : TokenBucket(fullAt: places[place].fullAt)
        }
        return (bucket.peek(count, at: now, allowance), bucket.left(at: now, allowance))
    }

    /// Hands the places of a hash's shard to `body`, with the first one of its set.
    @inline(__always)
    private func with<Result>(_ hash: UInt64, _ body: (inout [Place], Int) -> Result) -> Result {
        let (shard, rest) = hash.multipliedFullWidth(by: UInt64(Self.shardsCount))
        let set = Int(rest.multipliedFullWidth(by: UInt64(setsPerShard)).high)
        return shards[Int(shard)].places.withLock { body(&$0, set * Self.ways) }
    }

    /// The place that is somebody's; -1: none is.
    private static func find(_ hash: UInt64, in places: [Place], _ set: Int) -> Int {
        for place in set..<set + ways where places[place].hash == hash { return place }
        return -1
    }

    /// The place for somebody new: one that is free, or that of who is forgotten first.
    private static func room(in places: [Place], _ set: Int, at units: UInt64) -> Int {
        var first = set
        for place in set..<set + ways {
            if places[place].fullAt <= units { return place }
            if places[place].rank < places[first].rank { first = place }
        }
        return first
    }
}
