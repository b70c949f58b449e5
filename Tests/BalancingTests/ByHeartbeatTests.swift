import Balancing
import TestSupport
import Testing

@Suite("ByHeartbeat", .tags(.balancing))
struct ByHeartbeatTests {
    private func parse(_ text: String) -> HeartbeatMessage? { HeartbeatMessage(Array(text.utf8).span) }

    /// Shares of 1,000,000 elections.
    private func shares(_ balancer: Chooser, now: Int64) -> [Double] {
        var generator = SplitMix(seed: 4)
        let before = balancer.members.map(\.state.electedCount)
        for _ in 0..<1_000_000 {
            guard let choice = balancer.choose(now: now, random: { generator.next() }) else { continue }
            balancer.members[choice.member].state.release(sentBytes: 0, receivedBytes: 0)
        }
        return zip(balancer.members, before).map { Double($0.state.electedCount - $1) / 1_000_000 }
    }

    private func expect(_ found: [Double], _ weights: [Double], _ comment: Comment) {
        let total = weights.reduce(0, +)
        for (found, weight) in zip(found, weights) {
            let share = weight / total
            let deviation = (share * (1 - share) / 1_000_000).squareRoot()
            #expect(abs(found - share) <= 4 * deviation, comment)
        }
    }

    @Test("1,000,000 elections fall to the members by their ready places, within four standard deviations")
    func elections() throws {
        let balancer = farm([100, 100, 100, 200], method: .heartbeat)
        for (member, text) in zip(
            balancer.members,
            ["v=1&ready=30&busy=1", "v=1&ready=10&busy=9", "v=1&ready=0&busy=40", "v=1&ready=5&busy=1"])
        {
            member.state.heartbeat.take(try #require(parse(text)), now: 1_000)
        }
        expect(shares(balancer, now: 5_000), [30, 10, 0, 10], "ready places, for their factors")
        let idle = try #require(parse("v=1&ready=40&busy=0"))
        balancer.members[0].state.heartbeat.take(idle, now: 9_000)
        expect(shares(balancer, now: 10_999), [10, 10, 0, 10], "a quarter of what has nothing to do yet")
        expect(shares(balancer, now: 11_000), [10, 1, 1, 2], "who was not heard of for 10 s counts for one place")
    }

    @Test("nobody heard of: each is as likely; nobody ready: each by its factor, whatever sessions have asked for")
    func silence() throws {
        let balancer = farm([100, 300], method: .heartbeat)
        #expect(balancer.members[0].state.heartbeat.last(now: 0) == nil)
        expect(shares(balancer, now: 0), [1, 3], "nobody was heard of")
        for _ in 0..<1_000 { #expect(balancer.choose(preferring(0), now: 0)?.reason == .sticky) }
        let full = try #require(parse("v=1&ready=0&busy=9"))
        for member in balancer.members { member.state.heartbeat.take(full, now: 0) }
        expect(shares(balancer, now: 0), [1, 3], "nobody is ready")
        let last = try #require(balancer.members[0].state.heartbeat.last(now: 1_500))
        #expect(last == (0, 9, 1_500))
    }

    @Test("a few ready places of a member that has just started are one at least")
    func fewPlaces() throws {
        let balancer = farm([100, 100], method: .heartbeat)
        for (member, ready) in zip(balancer.members, [3, 12]) {
            member.state.heartbeat.take(try #require(parse("v=1&ready=\(ready)&busy=0")), now: 0)
        }
        expect(shares(balancer, now: 0), [1, 3], "3 / 4 is one, 12 / 4 are three")
    }

    @Test("each lot falls to the member in whose places it lies, whoever fails, is drained or was not heard of")
    func lots() throws {
        var generator = SplitMix(seed: 6)
        let factors = (0..<130).map { _ in Int.random(in: 1...400, using: &generator) }
        let old = farm(factors, method: .heartbeat)
        let new = Chooser(name: "shop", method: .heartbeat, members: specifications(factors), replacing: old)
        var (places, heard) = ([Int](repeating: 1, count: 130), [Int64](repeating: -99_999, count: 130))
        var (now, wrong) = (Int64(0), 0)
        for step in 0..<10_000 {
            now += Int64.random(in: 0...20, using: &generator)
            for _ in 0..<(step % 500 == 0 ? 600 : Int.random(in: 0...2, using: &generator)) {
                let member = Int.random(in: 0..<130, using: &generator)
                (places[member], heard[member]) = (Int.random(in: 0...50, using: &generator), now)
                let message = try #require(parse("v=1&ready=\(places[member])&busy=1"))
                old.members[member].state.heartbeat.take(message, now: now)
            }
            let member = new.members[Int.random(in: 0..<130, using: &generator)]
            switch generator.next() % 30 {
            case 0: member.fail(now: now)
            case 1: member.beginDrain(now: now)
            case 2: member.endDrain()
            case 3: member.state.recover()
            default: break
            }
            let weights = factors.indices.map { index in
                let state = new.members[index].state
                guard !state.isInError(now: now), !state.isDrained else { return 0 }
                return (now - heard[index] < 10_000 ? places[index] : 1) * factors[index]
            }
            let lot = generator.next()
            var left = Int(lot.multipliedFullWidth(by: UInt64(weights.reduce(0, +))).high)
            let expected = weights.firstIndex { weight in
                left -= weight
                return left < 0
            }
            let balancer = Bool.random(using: &generator) ? old : new
            if balancer.choose(now: now, random: { lot })?.member != expected { wrong += 1 }
        }
        #expect(wrong == 0)
    }
}
