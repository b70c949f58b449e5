import Balancing
import Glibc
import TestSupport
import Testing

/// The methods that look at what members do.
@Suite("ByTraffic and ByBusyness", .tags(.balancing))
struct LoadMethodTests {
    @Test("bytraffic: the fewest bytes for the factor, the first of equal ones, rounded as Apache rounds")
    func traffic() {
        let balancer = farm([100, 100, 300], method: .bytraffic)
        #expect(balancer.elect(2) == "a a", "nothing counts before it has ended")
        balancer.members[0].state.release(sentBytes: 0, receivedBytes: 99)
        #expect(balancer.elect(1) == "a", "99 / 100 is 0")
        balancer.members[0].state.release(sentBytes: 0, receivedBytes: 1)
        #expect(balancer.elect(1) == "b")
        balancer.members[1].state.release(sentBytes: 99, receivedBytes: 99)
        #expect(balancer.elect(1) == "b", "each direction is rounded for itself")
        balancer.members[1].state.release(sentBytes: 1_000, receivedBytes: 1_000)
        #expect(balancer.elect(1) == "c")
        balancer.members[2].state.release(sentBytes: 0, receivedBytes: 599)
        #expect(balancer.elect(1) == "a", "100 / 100 is as much as 599 / 300: the first")
        #expect(balancer.loadStatuses() == [0, 0, 0])
    }

    @Test(
        "bytraffic: the bytes of 1,000,000 elections fall to the members by their factors, exact to one turn",
        arguments: [[100, 100], [100, 300], [50, 150, 1_000]])
    func shares(factors: [Int]) {
        let balancer = farm(factors, method: .bytraffic)
        // Parts of a factor are bytes that Apache's rounding takes away: of these none is left.
        for _ in 0..<1_000_000 {
            guard let choice = balancer.choose(now: 0) else { continue }
            balancer.members[choice.member].state.release(sentBytes: 3_000, receivedBytes: 60_000)
        }
        let total = factors.reduce(0, +)
        for (member, factor) in zip(balancer.members, factors) {
            let due = 1_000_000 * factor / total
            #expect(abs(Int(member.state.electedCount) - due) <= 1, "\(member.name): \(member.state.electedCount)")
        }
    }

    @Test("bybusyness: the fewest under way; equal ones take turns by their factors")
    func busyness() {
        let balancer = farm([100, 100, 100], method: .bybusyness)
        #expect(balancer.elect(3) == "a b c")
        balancer.members[1].state.release(sentBytes: 0, receivedBytes: 0)
        #expect(balancer.elect(1) == "b")
        balancer.members[2].state.release(sentBytes: 0, receivedBytes: 0)
        balancer.members[0].state.release(sentBytes: 0, receivedBytes: 0)
        #expect(balancer.elect(2) == "a c")
        #expect(balancer.loadStatuses() == [0, 0, 0])
    }

    @Test("bybusyness: factors decide between members of equal busyness, no more")
    func busynessFactors() {
        let balancer = farm([300, 100], method: .bybusyness)
        for turn in ["a", "a", "b", "a"] {
            #expect(balancer.elect(1) == turn)
            balancer.members[turn == "a" ? 0 : 1].state.release(sentBytes: 0, receivedBytes: 0)
        }
        #expect(balancer.elect(4) == "a b a b", "whoever is busier waits, whatever its factor")
    }

    @Test("least connections: the fewest under way for the factor; an idle member of twice the factor goes first")
    func leastConnections() {
        let balancer = farm([100, 200, 100], method: .leastConnections)
        #expect(balancer.elect(8) == "b a c b b a c b")
        #expect(balancer.members.map(\.state.inFlightCount) == [2, 4, 2])
        balancer.members[2].state.release(sentBytes: 0, receivedBytes: 0)
        #expect(balancer.elect(1) == "c")
    }

    @Test("two choices: of equal members each gets as many, within four standard deviations")
    func equalChoices() {
        var generator = SplitMix(seed: 1)
        let balancer = farm([100, 100, 100, 100, 100], method: .twoChoices)
        for _ in 0..<1_000_000 {
            guard let choice = balancer.choose(now: 0, random: { generator.next() }) else { continue }
            balancer.members[choice.member].state.release(sentBytes: 0, receivedBytes: 0)
        }
        let deviation = (1_000_000 * 0.2 * 0.8).squareRoot()
        for member in balancer.members {
            #expect(abs(Double(member.state.electedCount) - 200_000) < 4 * deviation, "\(member.name)")
        }
    }

    @Test("two choices: the better one of the two that are drawn, at every step")
    func choices() {
        var generator = SplitMix(seed: 2)
        let factors = [100, 300, 50, 100]
        let balancer = farm(factors, method: .twoChoices)
        var (average, seen) = ([Double](repeating: 0, count: 4), [Double](repeating: 0, count: 4))
        var open: [Int] = []
        var wrongSteps = 0
        for step in 0..<1_000_000 {
            let now = Double(step * 7)
            func cost(_ member: Int) -> Double {
                let busy = Double(open.count { $0 == member })
                let latency = average[member] * exp(-(now - seen[member]) / 10_000)
                return (latency > 0 ? latency * (busy + 1) : busy * 1_000_000) / Double(factors[member])
            }
            let (first, second) = (generator.next(), generator.next())
            var lots = [first, second]
            let choice = balancer.choose(now: Int64(now)) { lots.removeFirst() }
            let one = Int(first.multipliedFullWidth(by: 4).high)
            let rest = (0..<4).filter { $0 != one }
            let other = rest[Int(second.multipliedFullWidth(by: 3).high)]
            let expected = cost(other) < cost(one) ? other : one
            if choice?.member != expected { wrongSteps += 1 }
            open.append(expected)
            guard open.count > 6 else { continue }
            let done = open.removeFirst()
            let micros = Double.random(in: 100...50_000, using: &generator)
            balancer.members[done].state.release(sentBytes: 0, receivedBytes: 0)
            balancer.members[done].state.latency.observe(micros: micros, now: Int64(now))
            let weight = exp(-(now - seen[done]) / 10_000)
            let faded = average[done] * weight
            average[done] = micros > faded ? micros : faded + micros * (1 - weight)
            seen[done] = now
        }
        #expect(wrongSteps == 0)
    }

    @Test(
        "1,000,000 elections by what is under way: at every step the fewest, and of equal ones who is most due",
        arguments: [Balancing.Method.bybusyness, .leastConnections])
    func everyStep(method: Balancing.Method) {
        var generator = SplitMix(seed: 5)
        let factors = [100, 300, 50, 100]
        let balancer = farm(factors, method: method)
        var (busy, statuses, wrongSteps) = ([0, 0, 0, 0], [0, 0, 0, 0], 0)
        for _ in 0..<1_000_000 {
            // Crosswise, so that nothing is rounded.
            func isLess(_ one: Int, _ other: Int) -> Bool {
                method == .bybusyness
                    ? busy[one] < busy[other] : (busy[one] + 1) * factors[other] < (busy[other] + 1) * factors[one]
            }
            for member in 0..<4 { statuses[member] += factors[member] }
            let least = (0..<4).filter { member in !(0..<4).contains { isLess($0, member) } }
            let expected = least.first { member in least.allSatisfy { statuses[$0] <= statuses[member] } } ?? -1
            statuses[expected] -= 550
            if balancer.choose(now: 0)?.member != expected { wrongSteps += 1 }
            busy[expected] += 1
            for member in 0..<4 where busy[member] > 0 && generator.next() % 4 == 0 {
                busy[member] -= 1
                balancer.members[member].state.release(sentBytes: 0, receivedBytes: 0)
            }
        }
        #expect(wrongSteps == 0)
    }

    @Test("two choices: a slow member is avoided at once and tried again when its time has faded")
    func slow() {
        var generator = SplitMix(seed: 3)
        let balancer = farm([100, 100], method: .twoChoices)
        func share(_ now: Int64) -> Int {
            (0..<1_000).count { _ in
                guard let choice = balancer.choose(now: now, random: { generator.next() }) else { return false }
                balancer.members[choice.member].state.release(sentBytes: 0, receivedBytes: 0)
                return choice.member == 1
            }
        }
        for member in balancer.members { member.state.latency.observe(micros: 1_000, now: 0) }
        #expect((400...600).contains(share(0)))
        balancer.members[1].state.latency.observe(micros: 900_000, now: 1)
        #expect(share(1) == 0)
        balancer.members[0].state.latency.observe(micros: 1_000, now: 100_000)
        #expect(share(100_000) == 1_000, "of 900 ms, 100 s ago, 41 µs are left")
    }

    @Test("bytraffic: a member that a reload adds begins beside the others, not a history behind them")
    func addedMember() {
        let old = farm([100, 100], method: .bytraffic)
        for member in old.members { member.state.release(sentBytes: 0, receivedBytes: 1 << 40) }
        let new = Chooser(
            name: "shop", method: .bytraffic, members: specifications([100, 100, 100]), replacing: old)
        for name in ["a", "b", "c", "a", "b"] {
            #expect(new.elect(1) == name)
            new.members.first { $0.name == name }?.state.release(sentBytes: 0, receivedBytes: 1_000)
        }
        let same = Chooser(
            name: "shop", method: .bytraffic, members: specifications([100, 100, 100]), replacing: new)
        #expect(same.elect(1) == "c", "what has moved since counts after a reload without a change")
    }

    @Test("one member alone needs no lot")
    func alone() {
        let balancer = farm([100], method: .twoChoices)
        #expect(balancer.choose(now: 0, random: { .max })?.member == 0)
    }

    @Test("a method that is changed by a reload begins anew")
    func reload() {
        let old = farm([100, 100])
        #expect(old.elect(1) == "a")
        let new = Chooser(name: "shop", method: .bybusyness, members: specifications([100, 100]), replacing: old)
        #expect(new.loadStatuses() == [0, 0])
        #expect(new.elect(1) == "b", "a is busy")
    }
}
