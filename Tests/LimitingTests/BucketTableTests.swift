import Bytes
import Limiting
import Synchronization
import TestSupport
import Testing

@Suite("BucketTable", .tags(.limiting), .timeLimit(.minutes(10)))
struct BucketTableTests {
    private static let second: Int64 = 1_000_000_000
    private static let key = SipKey(1, 2)

    /// The hash of an address of IPv4 by its number.
    private static func hash(_ number: Int) -> UInt64 {
        SipHash.hash64(address: 0xFFFF << 32 | UInt128(number), prefixLength: 64, key: key)
    }

    @Test("Everybody has a bucket of his own")
    func buckets() {
        let table = BucketTable(Allowance(Rate(1, per: .second), burst: 3), buckets: 512)
        for _ in 0..<3 { #expect(table.take(Self.hash(1), now: 0) == .taken) }
        #expect(table.take(Self.hash(1), now: 0) == .refused(waitNanoseconds: Self.second))
        #expect(table.take(Self.hash(2), now: 0) == .taken)
        #expect(table.take(Self.hash(2), count: 3, now: 0) == .refused(waitNanoseconds: Self.second))
        #expect(table.take(Self.hash(2), count: 4, now: 0) == .refused(waitNanoseconds: .max))
        #expect(table.take(0, now: 0) == .taken)
        #expect(table.peek(0, now: 0) == (.taken, 2))
    }

    @Test("Who only looks changes nothing, and finds a full bucket where there is none")
    func peeking() {
        let table = BucketTable(Allowance(Rate(1, per: .minute), burst: 2), buckets: 512)
        for _ in 0..<3 { #expect(table.peek(7, now: 0) == (.taken, 2)) }
        #expect(table.take(7, now: 0) == .taken)
        #expect(table.peek(7, count: 2, now: 0) == (.refused(waitNanoseconds: 60 * Self.second), 1))
        #expect(table.take(7, now: 0) == .taken)
        #expect(table.peek(7, now: 0) == (.refused(waitNanoseconds: 60 * Self.second), 0))
        #expect(table.peek(7, now: 60 * Self.second) == (.taken, 1))
        #expect(table.peek(7, now: 120 * Self.second) == (.taken, 2))
    }

    @Test("Its size is declared, rounded up to whole sets of each shard")
    func sizes() {
        let allowance = Allowance(Rate(1, per: .second), burst: 1)
        #expect(BucketTable(allowance).bytes == 1 << 20)
        #expect(BucketTable(allowance, buckets: 512).bytes == 512 * 16)
        #expect(BucketTable(allowance, buckets: 513).bytes == 1_024 * 16)
    }

    @Test(
        "A simulated minute of two workers admits burst and rate · 60 exactly",
        arguments: [("5/s", 10), ("7/s", 2), ("300/m", 20), ("3000/m", 500)])
    func minute(_ text: String, _ burst: Int) async throws {
        let rate = try Rate.parse(text)
        let table = BucketTable(Allowance(rate, burst: burst))
        // The clock is held while both ask: whoever has asked often enough waits for the other at the tick's end.
        let meeting = Meeting()
        await withTaskGroup(of: Void.self) { group in
            for worker in 1...2 {
                group.addTask {
                    for tick in 0...600 {
                        let now = 55 * Self.second + Int64(tick) * Self.second / 10
                        for _ in 0..<max(burst, 300) where table.take(Self.hash(1), now: now) == .taken {
                            meeting.admitted.add(1, ordering: .relaxed)
                        }
                        meeting.arrived.add(1, ordering: .acquiringAndReleasing)
                        while meeting.arrived.load(ordering: .acquiring) < 2 * (tick + 1) { await Task.yield() }
                        // Others come and go between.
                        _ = table.take(Self.hash(1_000 * worker + tick), now: now)
                    }
                }
            }
        }
        #expect(meeting.admitted.load(ordering: .relaxed) == burst + rate.count * 60 / rate.period.seconds)
    }

    @Test("10,000,000 addresses leave the size as it is, and 20 heavy ones are never forgotten", arguments: [1, 10])
    func flood(burst: Int) {
        let table = BucketTable(Allowance(Rate(5, per: .minute), burst: burst))
        let bytes = table.bytes
        // A hundred seconds, in which each may have as many as come back beside the burst.
        let (count, heavyCount, seconds) = (10_000_000, 20, 100)
        var admitted = [Int](repeating: 0, count: heavyCount)
        var refused = 0
        for number in 0..<count {
            let now = Int64(number) * Int64(seconds) * Self.second / Int64(count)
            if number % 1_000 == 0 {
                for heavy in 0..<heavyCount where table.take(Self.hash(0xFFFF_FF00 + heavy), now: now) == .taken {
                    admitted[heavy] += 1
                }
            }
            if table.take(Self.hash(number), now: now) != .taken { refused += 1 }
        }
        #expect(table.bytes == bytes)
        #expect(refused == 0)
        #expect(admitted == [Int](repeating: burst + (seconds - 1) * 5 / 60, count: heavyCount))
    }

    @Test("Four workers take what there is, and no more, of 1,000 buckets at once")
    func threads() async {
        let table = BucketTable(Allowance(Rate(1, per: .day), burst: 50))
        let taken = await withTaskGroup(of: [Int].self) { group in
            for worker in 0..<4 {
                group.addTask {
                    var generator = SplitMix(seed: UInt64(worker))
                    var taken = [Int](repeating: 0, count: 1_000)
                    for _ in 0..<50_000 {
                        let number = Int.random(in: 0..<1_000, using: &generator)
                        if table.take(Self.hash(number), now: Self.second) == .taken { taken[number] += 1 }
                    }
                    return taken
                }
            }
            return await group.reduce(into: [Int](repeating: 0, count: 1_000)) { sum, taken in
                for number in taken.indices { sum[number] += taken[number] }
            }
        }
        // Some 200 have asked for each.
        #expect(taken == [Int](repeating: 50, count: 1_000))
        for number in 0..<1_000 { #expect(table.peek(Self.hash(number), now: Self.second).left == 0) }
    }

    @Test("A table with room for all is as many buckets by themselves", .tags(.fuzz))
    func model() {
        var generator = SplitMix(seed: 5)
        let allowance = Allowance(Rate(20, per: .second), burst: 4)
        let table = BucketTable(allowance)
        var buckets = [TokenBucket](repeating: TokenBucket(), count: 500)
        var now: Int64 = 0
        for _ in 0..<300_000 {
            now += Int64.random(in: 0...200_000, using: &generator)
            let number = Int.random(in: 0..<500, using: &generator)
            let count = Int.random(in: 1...5, using: &generator)
            let verdict = table.take(Self.hash(number), count: count, now: now)
            #expect(verdict == buckets[number].take(count, at: now, allowance))
        }
    }
}

/// Where two workers wait for each other.
private final class Meeting: Sendable {
    /// How often somebody has come to a tick's end.
    let arrived = Atomic(0)
    /// How often somebody was let in.
    let admitted = Atomic(0)
}
