import Balancing
import TestSupport
import Testing

@Suite("SessionCensus", .tags(.balancing))
struct CensusTests {
    private static let idle: Int64 = 1_800_000

    private func census(_ idle: Int64 = CensusTests.idle) -> SessionCensus { SessionCensus(idleMilliseconds: idle) }

    private static func isNear(_ count: Int, _ truth: Int, percent: Double = 3) -> Bool {
        abs(Double(count) - Double(truth)) <= Double(truth) * percent / 100
    }

    @Test("1,000,000 sessions, and each number before: within 3 %, for each of some keys", arguments: 1...12)
    func accuracy(seed: Int) {
        var generator = SplitMix(seed: UInt64(seed) << 32)
        let census = census()
        #expect(census.count(now: 0) == 0)
        var next = 1
        for number in 1...1_000_000 {
            census.see(generator.next(), now: 0)
            guard number == next || number == 1_000_000 else { continue }
            next = max(next + 1, next * 11 / 10)
            let count = census.count(now: 0)
            // Of few, none or one may share a register.
            let isRight = number <= 30 ? abs(count - number) <= 1 : Self.isNear(count, number, percent: 3.2)
            #expect(isRight, "\(count) for \(number)")
        }
        #expect(Self.isNear(census.count(now: 0), 1_000_000))
    }

    @Test("the mean over keys is the truth: no bias, whatever the number", arguments: [50, 3_000, 40_000, 150_000])
    func bias(number: Int) {
        var generator = SplitMix(seed: 7)
        let rounds = 40
        var total = 0
        for _ in 0..<rounds {
            let census = census()
            for _ in 0..<number { census.see(generator.next(), now: 0) }
            total += census.count(now: 0)
        }
        // Four standard errors of the mean of 40.
        let mean = Double(total) / Double(rounds)
        #expect(abs(mean / Double(number) - 1) <= 4 * 0.0094 / Double(rounds).squareRoot(), "\(mean)")
    }

    @Test("who is seen again and again counts once")
    func repeated() {
        let census = census()
        var generator = SplitMix(seed: 1)
        let sessions = (0..<1_000).map { _ in generator.next() }
        for round in 0..<20 { for session in sessions { census.see(session, now: Int64(round) * 60_000) } }
        #expect(Self.isNear(census.count(now: 1_200_000), 1_000))
    }

    @Test("who says once that he has a session does not raise the count, who says it again does")
    func uncertain() {
        var generator = SplitMix(seed: 8)
        // Behind 3,000 strangers a mark finds a place at the first time or at one of the next.
        for (strangers, times) in [(0, 2), (3_000, 5)] {
            let census = census()
            for _ in 0..<strangers { census.see(generator.next(), isCertain: false, now: 0) }
            #expect(census.count(now: 0) <= 30, "\(census.count(now: 0))")
            for _ in 0..<1_000 {
                let session = generator.next()
                for time in 1...times { census.see(session, isCertain: false, now: Int64(time) * 1_000) }
            }
            #expect(Self.isNear(census.count(now: 5_000), 1_000, percent: 5), "\(census.count(now: 5_000))")
        }
    }

    @Test("those who come in turns are counted as well, though each finds another's mark")
    func turns() {
        let census = census()
        var generator = SplitMix(seed: 11)
        let sessions = (0..<17_000).map { _ in generator.next() }
        for round in 0..<8 {
            for (number, session) in sessions.enumerated() {
                census.see(session, isCertain: false, now: Int64(round * 30_000 + number))
            }
        }
        #expect(Self.isNear(census.count(now: 240_000), 17_000, percent: 5), "\(census.count(now: 240_000))")
    }

    @Test("who was counted goes on counting by what he says, beside strangers who come once")
    func kept() {
        let census = census(1_000)
        var generator = SplitMix(seed: 10)
        let sessions = (0..<20_000).map { _ in generator.next() }
        for session in sessions { census.see(session, now: 0) }
        for round in 1...20 {
            for session in sessions { census.see(session, isCertain: false, now: Int64(round) * 500) }
            for _ in 0..<2_000 { census.see(generator.next(), isCertain: false, now: Int64(round) * 500) }
        }
        #expect(Self.isNear(census.count(now: 10_000), 20_000), "\(census.count(now: 10_000))")
    }

    @Test("a session counts for its time, for a fifth of it longer at most, and as long as it comes")
    func decay() {
        let epoch = Self.idle / 5
        for start in stride(from: Int64(0), to: 3 * epoch, by: 97_003) {
            let census = census()
            census.see(1, now: start)
            #expect(census.count(now: start + Self.idle) == 1)
            #expect(census.count(now: start + Self.idle * 6 / 5) == 0)
        }
        let census = census()
        for turn in 0..<100 {
            census.see(42, now: Int64(turn) * Self.idle)
            #expect(census.count(now: Int64(turn + 1) * Self.idle) == 1)
        }
    }

    @Test("sessions that come and go, beside a model that remembers each of them")
    func stream() {
        var generator = SplitMix(seed: 3)
        let census = census(1_000)
        var last: [UInt64: Int64] = [:]
        var known: [UInt64] = []
        for step in 0..<400_000 {
            let now = Int64(step / 20)
            let isNew = known.isEmpty || Int.random(in: 0..<4, using: &generator) == 0
            let session =
                isNew ? generator.next() : known[known.count - 1 - Int(generator.next() % 4_000) % known.count]
            if isNew { known.append(session) }
            census.see(session, now: now)
            last[session] = now / 200
            guard step % 10_000 == 9_999 else { continue }
            last = last.filter { $0.value > now / 200 - 6 }
            #expect(Self.isNear(census.count(now: now), last.count), "\(census.count(now: now)) for \(last.count)")
        }
    }

    @Test("clocks that jump: far ahead all is forgotten, back nothing is")
    func jumps() {
        let census = census()
        var generator = SplitMix(seed: 4)
        for _ in 0..<5_000 { census.see(generator.next(), now: 1_000_000_000) }
        let count = census.count(now: 1_000_000_000)
        #expect(Self.isNear(count, 5_000))
        #expect(census.count(now: 0) == count)
        census.see(generator.next(), now: 0)
        #expect(census.count(now: 1_000_000_000 + Self.idle) >= count, "what is late counts in the present")
        #expect(census.count(now: 1 << 50) == 0)
        census.see(1, now: 1 << 50)
        #expect(census.count(now: 1 << 50) == 1)
        #expect(census.count(now: (1 << 50) - 1_000_000_000) == 1)
    }

    @Test("what ends is taken away, once however often it is told, and only what was there")
    func ends() {
        let census = census()
        var generator = SplitMix(seed: 5)
        let sessions = (0..<20_000).map { _ in generator.next() }
        for session in sessions { census.see(session, now: 0) }
        for session in sessions[..<12_000] { census.end(session, now: 1_000) }
        #expect(Self.isNear(census.count(now: 1_000), 8_000, percent: 6))
        for _ in 0..<100 { for session in sessions[..<100] { census.end(session, now: 2_000) } }
        #expect(Self.isNear(census.count(now: 2_000), 8_000, percent: 6))
        #expect(census.count(now: 3 * Self.idle) == 0)
        let other = self.census()
        for session in sessions[..<50] { other.end(session, now: 0) }
        #expect(other.count(now: 0) <= 1, "who was never seen was there for a moment")
    }

    @Test("where all have ended none is left, whoever shares a register", arguments: [20, 200, 5_000, 300_000])
    func noneIsLeft(number: Int) {
        var generator = SplitMix(seed: UInt64(number))
        let census = census()
        let sessions = (0..<number).map { _ in generator.next() }
        for (turn, session) in sessions.enumerated() { census.see(session, now: Int64(turn)) }
        for (turn, session) in sessions.enumerated() {
            #expect(turn > 10 || census.count(now: Int64(number)) > 0)
            census.end(session, now: Self.idle / 5 + Int64(turn % 7))
        }
        // Also when those of the first epoch are forgotten.
        for now in [Self.idle / 5 + 7, Self.idle, 2 * Self.idle] { #expect(census.count(now: now) == 0) }
    }

    @Test("four threads at once see what one would see, over epochs too")
    func threads() async {
        let shared = census(1_000)
        let alone = census(1_000)
        @Sendable func session(_ number: Int) -> UInt64 {
            var generator = SplitMix(seed: UInt64(number))
            return generator.next()
        }
        for round in 0..<12 {
            // All threads are in the same epoch or the next: each session is seen in the last one.
            let first = round * 10_000
            await withTaskGroup(of: Void.self) { group in
                for thread in 0..<4 {
                    group.addTask {
                        for number in 0..<20_000 {
                            let now = Int64(round * 200 + (number + thread * 50) / 10_000 * 100)
                            shared.see(session(first + (number * 7 + thread * 5_000) % 20_000), now: now)
                        }
                    }
                }
            }
            for number in 0..<20_000 { alone.see(session(first + number), now: Int64(round * 200 + 199)) }
            let now = Int64(round * 200 + 199)
            #expect(shared.count(now: now) == alone.count(now: now))
        }
    }

    @Test("members together: who has moved counts once")
    func together() {
        let (one, two) = (census(), census())
        var generator = SplitMix(seed: 6)
        let sessions = (0..<30_000).map { _ in generator.next() }
        for session in sessions[..<20_000] { one.see(session, now: 0) }
        for session in sessions[10_000...] { two.see(session, now: 0) }
        #expect(Self.isNear(SessionCensus.count([one, two], now: 0), 30_000))
        #expect(SessionCensus.count([one], now: 0) == one.count(now: 0))
        #expect(SessionCensus.count([], now: 0) == 0)
        for session in sessions[..<5_000] { one.end(session, now: 0) }
        #expect(Self.isNear(SessionCensus.count([one, two], now: 0), 25_000))
    }

    @Test("a member's census takes 64 KiB at most, with its objects")
    func memory() {
        let census = census()
        let sketches = Mirror(reflecting: census).children.map(\.value).filter { type(of: $0) is AnyClass }
        #expect(sketches.count == 3)
        var bytes = 0
        for part in [census] + sketches {
            // With the word in which malloc keeps the size.
            bytes += unsafe usableBytes(Unmanaged.passUnretained(part as AnyObject).toOpaque()) + 8
        }
        #expect(bytes <= 65_536 && bytes > 60_000, "\(bytes)")
    }
}

/// What malloc has given; Glibc's module does not have it.
@_silgen_name("malloc_usable_size")
private func usableBytes(_ memory: UnsafeMutableRawPointer) -> Int
