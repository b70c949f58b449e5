import Balancing
import TestSupport
import Testing

@Suite("BySessions", .tags(.balancing))
struct BySessionsTests {
    private func farm(_ factors: [Int], replacing old: Chooser? = nil, idle: Int64? = 1_800_000) -> Chooser {
        Chooser(
            name: "shop", method: .bysessions, members: specifications(factors), sessionIdleMilliseconds: idle,
            replacing: old)
    }

    /// Elects for a request whose answer makes a session at once.
    private func begin(_ session: UInt64, at balancer: Chooser, now: Int64) {
        guard let choice = balancer.choose(now: now) else { return }
        let member = balancer.members[choice.member]
        member.sessions?.see(session, now: now)
        member.state.release(sentBytes: 0, receivedBytes: 0)
    }

    @Test("1,000,000 elections against the definition: the fewest sessions for the factor, then who is due")
    func definition() {
        var generator = SplitMix(seed: 1)
        let factors: [Int64] = [100, 250, 50, 600]
        let balancer = farm(factors.map(Int.init))
        var wrong = 0
        var open: [Int] = []
        for step in 0..<1_000_000 {
            let now = Int64(step)
            let counts = (balancer.sessionCounts(now: now) ?? []).map(Int64.init)
            let fewest = factors.indices.min { counts[$0] * factors[$1] < counts[$1] * factors[$0] } ?? 0
            // For its factor: the sessions that it has more, bounded, and the exchanges; in parts of one.
            let loads = factors.indices.map { member in
                min(counts[member] * factors[fewest] - counts[fewest] * factors[member], 16 * factors[member])
                    + Int64(balancer.members[member].state.inFlightCount + 1) * factors[fewest]
            }
            let statuses = zip(balancer.loadStatuses(), factors).map(+)
            let expected = factors.indices.min { one, other in
                let (left, right) = (loads[one] * factors[other], loads[other] * factors[one])
                return left < right || left == right && statuses[one] > statuses[other]
            }
            guard let choice = balancer.choose(now: now) else { continue }
            if choice.member != expected { wrong += 1 }
            if generator.next() % 2 == 0 {
                balancer.members[choice.member].sessions?.see(
                    generator.next() % 400_000 &* 0x9e37_79b9_7f4a_7c15, now: now)
            }
            open.append(choice.member)
            if open.count > Int(generator.next() % 8) {
                balancer.members[open.removeFirst()].state.release(sentBytes: 0, receivedBytes: 0)
            }
        }
        #expect(wrong == 0)
    }

    /// The member that is to be elected by the definition, of some.
    private func expected(_ balancer: Chooser, _ candidates: [Int], now: Int64) -> Int? {
        let counts = (balancer.sessionCounts(now: now) ?? []).map(Int64.init)
        let factors = balancer.members.map { Int64($0.specification.loadFactor.hundredths) }
        let statuses = zip(balancer.loadStatuses(), factors).map(+)
        guard let fewest = candidates.min(by: { counts[$0] * factors[$1] < counts[$1] * factors[$0] }) else {
            return nil
        }
        let loads = factors.indices.map { member in
            min(counts[member] * factors[fewest] - counts[fewest] * factors[member], 16 * factors[member])
                + Int64(balancer.members[member].state.inFlightCount + 1) * factors[fewest]
        }
        return candidates.min { one, other in
            let (left, right) = (loads[one] * factors[other], loads[other] * factors[one])
            return left < right || left == right && statuses[one] > statuses[other]
        }
    }

    @Test(
        "100 members whose sessions begin, end and expire, fail and are drained: at each step that of the definition",
        arguments: [1, 3, 10_000])
    func many(variety: Int) {
        var generator = SplitMix(seed: UInt64(variety))
        let factors = (0..<100).map { _ in Int.random(in: 1...variety, using: &generator) }
        let old = farm(factors, idle: 60_000)
        let new = farm(factors, replacing: old, idle: 60_000)
        var (now, wrong, open) = (Int64(0), 0, [Int]())
        for step in 0..<4_000 {
            let burst = step % 400 == 0 ? 2_000 : 3
            for _ in 0..<Int.random(in: 0...burst, using: &generator) {
                let member = old.members[Int.random(in: 0..<100, using: &generator)]
                // As few of them that many are known.
                let session = key(Int(generator.next() % 3_000))
                if generator.next() % 4 == 0 {
                    member.sessions?.end(session, now: now)
                } else {
                    member.sessions?.see(session, isCertain: generator.next() % 2 == 0, now: now)
                }
            }
            now += Int64.random(in: 0...40, using: &generator)
            let member = new.members[Int.random(in: 0..<100, using: &generator)]
            switch generator.next() % 20 {
            case 0: member.fail(now: now)
            case 1: member.beginDrain(now: now)
            case 2, 3: member.endDrain()
            case 4, 5: member.state.recover()
            default: break
            }
            let balancer = Bool.random(using: &generator) ? old : new
            let candidates = factors.indices.filter { index in
                !new.members[index].state.isInError(now: now) && !new.members[index].state.isDrained
            }
            let expected = expected(balancer, candidates, now: now)
            let choice = balancer.choose(now: now)?.member
            if choice != expected { wrong += 1 }
            if let choice { open.append(choice) }
            while open.count > Int.random(in: 0...300, using: &generator) {
                let ended = open.remove(at: Int.random(in: open.indices, using: &generator))
                new.members[ended].state.release(sentBytes: 0, receivedBytes: 0)
            }
        }
        #expect(wrong == 0)
    }

    @Test("new sessions fall to the members by their factors, within what the census is right to")
    func shares() {
        var generator = SplitMix(seed: 2)
        let factors = [100, 300, 50]
        let balancer = farm(factors)
        for _ in 0..<300_000 { begin(generator.next(), at: balancer, now: 0) }
        for (member, factor) in zip(balancer.members, factors) {
            let due = 300_000 * factor / 450
            #expect(abs(Int(member.state.electedCount) - due) < due * 4 / 100, "\(member.name)")
        }
    }

    @Test("of few sessions each is told: members fill up in turns, and one whose sessions have gone goes first")
    func few() {
        let balancer = farm([100, 100, 200])
        var generator = SplitMix(seed: 3)
        for number in 0..<16 { begin(generator.next(), at: balancer, now: Int64(number)) }
        #expect(balancer.sessionCounts(now: 20) == [4, 4, 8])
        #expect(balancer.distinctSessionCount(now: 20) == 16)
        #expect(balancer.sessionCounts(now: 3_000_000) == [0, 0, 0])
        balancer.members[0].sessions?.see(1, now: 3_000_000)
        for session in 2...3 { balancer.members[2].sessions?.see(UInt64(session) << 62, now: 3_000_000) }
        #expect(balancer.elect(1, now: 3_000_000) == "b")
    }

    @Test("a burst whose answers have not come is spread as well")
    func burst() {
        let balancer = farm([100, 100, 200])
        for _ in 0..<40 { _ = balancer.choose(now: 0) }
        #expect(balancer.members.map(\.state.inFlightCount) == [10, 10, 20])
    }

    @Test("3,000 invented sessions of a member keep it from none; were they set, from what 16 exchanges can take")
    func invented() {
        var generator = SplitMix(seed: 9)
        let balancer = farm([100, 100])
        for _ in 0..<3_000 { balancer.members[0].sessions?.see(generator.next(), isCertain: false, now: 0) }
        for _ in 0..<200 { begin(generator.next(), at: balancer, now: 200) }
        #expect(balancer.members[0].state.electedCount > 80)

        let misled = farm([100, 100])
        for _ in 0..<3_000 { misled.members[0].sessions?.see(generator.next(), now: 0) }
        for _ in 0..<40 { _ = misled.choose(now: 0) }
        #expect(misled.members.map(\.state.inFlightCount) == [12, 28])
    }

    @Test("sessions are counted on across a reload by the member's name, and anew for another time")
    func reload() {
        let old = farm([100, 100])
        for number in 0..<10 { old.members[1].sessions?.see(UInt64(number) << 40 | 1 << 63, now: 0) }
        let counts = old.sessionCounts(now: 0)
        #expect(farm([100, 100, 100], replacing: old).sessionCounts(now: 0)?.prefix(2) == counts?[...])
        #expect(farm([100, 100], replacing: old, idle: 60_000).sessionCounts(now: 0) == [0, 0])
        #expect(farm([100, 100], replacing: old, idle: nil).sessionCounts(now: 0) == nil)
        #expect(farm([100, 100], idle: nil).distinctSessionCount(now: 0) == nil)
    }
}
