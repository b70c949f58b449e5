import Balancing
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
        "bytraffic: bytes fall to the members by their factors",
        arguments: [[100, 100], [100, 300], [50, 150, 1_000]])
    func shares(factors: [Int]) {
        let balancer = farm(factors, method: .bytraffic)
        for _ in 0..<10_000 {
            guard let choice = balancer.choose(now: 0) else { continue }
            balancer.members[choice.member].state.release(sentBytes: 300, receivedBytes: 10_000)
        }
        let total = factors.reduce(0, +)
        for (member, factor) in zip(balancer.members, factors) {
            let due = 10_000 * factor / total
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

    @Test("a method that is changed by a reload begins anew")
    func reload() {
        let old = farm([100, 100])
        #expect(old.elect(1) == "a")
        let new = Balancer(name: "shop", method: .bybusyness, members: specifications([100, 100]), replacing: old)
        #expect(new.loadStatuses() == [0, 0])
        #expect(new.elect(1) == "b", "a is busy")
    }
}
