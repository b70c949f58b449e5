import Balancing
import Testing

/// Whoever was down comes to its share of new sessions by and by.
@Suite("Slow start and shares", .tags(.balancing))
struct SlowStartTests {
    private static let methods: [Balancing.Method] = [.byrequests, .bytraffic, .bybusyness, .leastConnections]

    private func balancer(_ factors: [Int], _ method: Balancing.Method = .byrequests) -> Chooser {
        Chooser(
            name: "shop", method: method, members: specifications(factors),
            health: HealthRules(slowStartMilliseconds: 100_000))
    }

    /// How many of so many new sessions each member gets, each of which ends at once.
    private func sessions(_ count: Int, of balancer: Chooser, now: Int64) -> [Int] {
        var counts = balancer.members.map { _ in 0 }
        for _ in 0..<count {
            guard let member = balancer.choose(now: now)?.member else { continue }
            counts[member] += 1
            balancer.members[member].state.release(sentBytes: 100, receivedBytes: 1_000)
        }
        return counts
    }

    private func restart(_ member: Member, at now: Int64) {
        member.begin(.failedCheck, evidence: "refused", now: now - 1)
        member.end(.failedCheck, evidence: "200", now: now)
    }

    @Test("new sessions grow with the time that has passed, whatever the method", arguments: methods)
    func growth(_ method: Balancing.Method) {
        let balancer = balancer([100, 100], method)
        restart(balancer.members[1], at: 1_000)
        // A share of s and one of 100 per cent: s of 100 + s.
        for percent in [10, 25, 50] {
            let got = sessions(1_000, of: balancer, now: 1_000 + Int64(percent) * 1_000)[1]
            #expect(abs(got - 1_000 * percent / (100 + percent)) <= 10, "\(percent) %: \(got)")
        }
        // By traffic it has to catch up.
        guard method != .bytraffic else { return }
        #expect(abs(sessions(1_000, of: balancer, now: 101_000)[1] - 500) <= 10)
    }

    @Test("requests of its sessions are not counted")
    func sticky() {
        let balancer = balancer([100, 100])
        restart(balancer.members[1], at: 1_000)
        for _ in 0..<500 { #expect(balancer.choose(preferring(1), now: 1_001)?.reason == .sticky) }
    }

    @Test("it is skipped where nobody else can be used, or all have come back")
    func alone() {
        let balancer = balancer([100, 100])
        restart(balancer.members[1], at: 1_000)
        balancer.members[0].fail(now: 1_000)
        #expect(sessions(100, of: balancer, now: 1_001) == [0, 100])
        let all = self.balancer([100, 300])
        for member in all.members { restart(member, at: 1_000) }
        #expect(sessions(400, of: all, now: 6_000) == [100, 300])
    }

    @Test("at the start, for new members and by a reload there is none")
    func start() {
        let old = farm([100])
        let new = Chooser(
            name: "shop", members: specifications([100, 100]), replacing: old,
            health: HealthRules(slowStartMilliseconds: 100_000))
        #expect(sessions(100, of: new, now: 5) == [50, 50])
    }

    @Test("an answer behind a request's error begins it as well")
    func requestError() {
        let balancer = balancer([100, 100])
        balancer.members[1].fail(now: 0)
        balancer.members[1].state.countAnswer(200, isTrial: false, now: 60_000)
        let got = sessions(1_000, of: balancer, now: 70_000)[1]
        #expect(abs(got - 91) <= 10, "\(got)")
    }

    @Test("an agent's share is of the load factor; 0 is a drain, and more than 100 is less for the others")
    func share() {
        let balancer = farm([100, 300])
        balancer.members[1].setShare(percent: 50)
        let half = sessions(1_000, of: balancer, now: 0)
        #expect(abs(half[1] - 600) <= 5, "\(half)")
        balancer.members[1].setShare(percent: 200)
        let twice = sessions(1_400, of: balancer, now: 0)
        #expect(abs(twice[1] - 1_200) <= 5, "\(twice)")
        balancer.members[1].setShare(percent: 0)
        #expect(sessions(10, of: balancer, now: 0) == [10, 0])
        #expect(balancer.choose(preferring(1), now: 0)?.reason == .sticky)
        balancer.members[1].setShare(percent: 100)
        #expect(abs(sessions(400, of: balancer, now: 0)[1] - 300) <= 3)
    }

    @Test("who has his usual share is looked at no more often than before")
    func looks() {
        let balancer = balancer([Int](repeating: 100, count: 100))
        restart(balancer.members[7], at: 0)
        for now in Int64(0)..<50 { _ = balancer.choose(now: now) }
        #expect(balancer.healthLookCount == 100)
        for now in Int64(100_000)..<100_050 { _ = balancer.choose(now: now) }
        #expect(balancer.healthLookCount == 200)
    }
}
