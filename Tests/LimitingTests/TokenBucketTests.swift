import Limiting
import TestSupport
import Testing

@Suite("TokenBucket", .tags(.limiting))
struct TokenBucketTests {
    private static let second: Int64 = 1_000_000_000

    @Test("A full bucket gives its burst at once, and then a token an interval, to the nanosecond")
    func burst() {
        let allowance = Allowance(Rate(5, per: .minute), burst: 10)
        var bucket = TokenBucket()
        let start = 1_234 * Self.second + 567
        for left in (0..<10).reversed() {
            #expect(bucket.take(at: start, allowance) == .taken)
            #expect(bucket.left(at: start, allowance) == left)
        }
        #expect(bucket.take(at: start, allowance) == .refused(waitNanoseconds: 12 * Self.second))
        #expect(bucket.take(at: start + Self.second, allowance) == .refused(waitNanoseconds: 11 * Self.second))
        #expect(bucket.take(at: start + 12 * Self.second - 1, allowance) == .refused(waitNanoseconds: 1))
        #expect(bucket.take(at: start + 12 * Self.second, allowance) == .taken)
        #expect(bucket.left(at: start + 36 * Self.second, allowance) == 2)
        #expect(bucket.left(at: start + 500 * Self.second, allowance) == 10)
    }

    @Test("Several tokens are taken together or not at all; more than a full bucket has are never there")
    func several() {
        let allowance = Allowance(Rate(1, per: .second), burst: 4)
        var bucket = TokenBucket()
        #expect(bucket.take(5, at: 0, allowance) == .refused(waitNanoseconds: .max))
        #expect(bucket.take(3, at: 0, allowance) == .taken)
        #expect(bucket.take(3, at: 0, allowance) == .refused(waitNanoseconds: 2 * Self.second))
        #expect(bucket.peek(1, at: 0, allowance) == .taken)
        #expect(bucket.left(at: 0, allowance) == 1)
        #expect(bucket.take(4, at: 3 * Self.second, allowance) == .taken)
    }

    @Test("A clock that goes back by a little gives nothing away")
    func backwards() {
        let allowance = Allowance(Rate(1, per: .second), burst: 1)
        var bucket = TokenBucket()
        #expect(bucket.take(at: 100, allowance) == .taken)
        #expect(bucket.take(at: 40, allowance) == .refused(waitNanoseconds: Self.second + 60))
        #expect(bucket.take(at: Self.second + 100, allowance) == .taken)
    }

    @Test("The clock's ends and beyond, the fastest rates and the slowest: nothing overflows")
    func extremes() {
        let counts = [1, 7, 999_999, 1_000_000]
        for period in Rate.Period.allCases {
            for (count, burst) in counts.flatMap({ count in [1, 3, 1_000_000].map { (count, $0) } }) {
                let allowance = Allowance(Rate(count, per: period), burst: burst)
                for now in [Int64.min, -1, 0, 1, 1 << 59, 1 << 60, .max] {
                    var bucket = TokenBucket()
                    #expect(bucket.take(burst, at: now, allowance) == .taken)
                    guard case .refused(let wait) = bucket.take(at: now, allowance) else {
                        Issue.record("\(allowance) at \(now)")
                        continue
                    }
                    // Less or more by a unit, which is less than 40 ns.
                    let expected = Int64(period.nanoseconds / count)
                    #expect(wait > 0 && abs(wait - expected) <= 40, "\(allowance) at \(now)")
                }
            }
        }
    }

    @Test(
        "A simulated minute admits the burst and a minute's tokens exactly, whatever the rate",
        arguments: ["5/s", "7/s", "300/m", "7/m", "999/s", "12000/m", "1/m"])
    func minute(_ text: String) throws {
        let rate = try Rate.parse(text)
        let perMinute = rate.count * 60 / rate.period.seconds
        for (burst, start) in [(2, Int64(0)), (20, 987_654_321_987), (1_000, 3 << 58)] {
            let allowance = Allowance(rate, burst: burst)
            var bucket = TokenBucket()
            // Asked so often that it is never full again, when tokens would be lost.
            let admitted = (0...60_000).reduce(into: 0) { sum, millisecond in
                let now = start + Int64(millisecond) * 1_000_000
                while bucket.take(at: now, allowance) == .taken { sum += 1 }
            }
            #expect(admitted == burst + perMinute)
        }
    }

    @Test("20,000 buckets do what fractions do, and a wait is neither too long nor too short", .tags(.fuzz))
    func model() {
        var generator = SplitMix(seed: 71)
        for round in 0..<20_000 {
            let rate = Rate(
                Int.random(in: 1...(Bool.random(using: &generator) ? 20 : 1_000_000), using: &generator),
                per: Rate.Period.allCases[Int.random(in: 0..<4, using: &generator)])
            let burst = Int.random(in: 1...(Bool.random(using: &generator) ? 8 : 1_000), using: &generator)
            let allowance = Allowance(rate, burst: burst)
            var (bucket, reference) = (TokenBucket(), ReferenceBucket(rate, burst: burst))
            var now = Int64.random(in: 0...1 << 55, using: &generator)
            let interval = Int64(rate.period.nanoseconds / rate.count)
            for _ in 0..<30 {
                let count = Int.random(in: 1...max(1, burst / 3), using: &generator)
                let verdict = bucket.take(count, at: now, allowance)
                if (verdict == .taken) != reference.take(count, at: now) {
                    Issue.record("round \(round): \(allowance), \(count) at \(now)")
                }
                if case .refused(let wait) = verdict {
                    #expect(bucket.peek(count, at: now + wait - 1, allowance) != .taken)
                    #expect(bucket.peek(count, at: now + wait, allowance) == .taken)
                }
                // Never within a unit of when a token comes, of which a fraction knows more.
                now += Int64.random(in: 0...min(interval * Int64(burst), 1 << 54), using: &generator)
                while reference.isOnEdge(at: now) { now += 3 }
            }
        }
    }
}

/// A bucket in fractions: tokens as `numerator / period` of the rate's period in nanoseconds.
private struct ReferenceBucket {
    private let count: Int128
    private let period: Int128
    private let burst: Int128
    private var tokens: Int128
    private var last: Int128?

    init(_ rate: Rate, burst: Int) {
        count = Int128(rate.count)
        period = Int128(rate.period.nanoseconds)
        self.burst = Int128(burst)
        tokens = self.burst * period
    }

    private func tokens(at now: Int64) -> Int128 {
        min(burst * period, tokens + (Int128(now) - (last ?? Int128(now))) * count)
    }

    mutating func take(_ wanted: Int, at now: Int64) -> Bool {
        tokens = tokens(at: now)
        last = Int128(now)
        guard tokens >= Int128(wanted) * period else { return false }
        tokens -= Int128(wanted) * period
        return true
    }

    /// Whether a token comes within two nanoseconds before or after.
    func isOnEdge(at now: Int64) -> Bool {
        let part = tokens(at: now) % period
        return tokens(at: now) < burst * period && (part < 2 * count || part > period - 2 * count)
    }
}
