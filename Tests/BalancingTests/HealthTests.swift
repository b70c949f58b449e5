import Balancing
import TestSupport
import Testing

/// Who can be used is kept, not found out for each request.
@Suite("Health", .tags(.balancing))
struct HealthTests {
    @Test("10,000 choices among 1,000 members that are well look at each of them once", arguments: [true, false])
    func well(isSticky: Bool) {
        let balancer = farm([Int](repeating: 100, count: 1_000))
        for turn in 0..<10_000 {
            let preferences = isSticky ? preferring(turn % 1_000) : preferring()
            #expect(balancer.choose(preferences, now: Int64(turn)) != nil)
        }
        #expect(balancer.healthLookCount == 1_000)
    }

    @Test("a member that fails costs one look at all; then none before its time, and one a choice when it is due")
    func failure() {
        let balancer = farm([Int](repeating: 100, count: 1_000), retry: 50)
        _ = balancer.choose(now: 0)
        balancer.members[700].fail(now: 0)
        for now in 0..<50 { #expect(balancer.choose(preferring(700), now: Int64(now))?.reason == .memberInError) }
        #expect(balancer.healthLookCount == 2_000)
        #expect(balancer.choose(preferring(700), now: 50)?.reason == .sticky)
        #expect(balancer.choose(preferring(700), now: 51)?.reason == .sticky)
        #expect(balancer.healthLookCount == 2_002)
        balancer.members[700].state.countAnswer(200, isTrial: false, now: 52)
        for now in 52..<60 { #expect(balancer.choose(preferring(700), now: Int64(now))?.reason == .sticky) }
        #expect(balancer.healthLookCount == 3_002)
    }

    @Test("whoever is well already is not taken out of error once more")
    func recovered() {
        let balancer = farm([100, 100])
        _ = balancer.choose(now: 0)
        for member in balancer.members { member.state.recover() }
        for member in balancer.members { #expect(!member.endDrain()) }
        _ = balancer.choose(now: 0)
        #expect(balancer.healthLookCount == 2)
    }

    @Test("balancers before and after a reload see each other's failures and drains, whatever the indices")
    func reload() {
        let old = farm([100, 100, 100])
        _ = old.choose(now: 0)
        let turned = Array(specifications([100, 100, 100]).reversed())
        let new = Chooser(name: "shop", members: turned, replacing: old)
        _ = new.choose(now: 0)
        old.members[0].fail(now: 0)
        #expect(new.choose(preferring(2), now: 1)?.reason == .memberInError)
        #expect(new.choose(preferring(0), now: 1)?.reason == .sticky)
        new.members[0].beginDrain(now: 1)
        #expect(Set((0..<20).compactMap { _ in old.choose(now: 1)?.member }) == [1])
        new.members[2].state.recover()
        #expect(Set((0..<20).compactMap { _ in old.choose(now: 1)?.member }) == [0, 1])
    }

    @Test("random failures, answers, drains and times of 150 members: who is usable is who says so")
    func random() {
        var generator = SplitMix(seed: 11)
        let balancer = farm([Int](repeating: 100, count: 150), retry: 40)
        var wrong = 0
        for _ in 0..<20_000 {
            // Workers' clocks differ.
            let now = Int64.random(in: 0...400, using: &generator)
            let member = balancer.members[Int.random(in: 0..<150, using: &generator)]
            switch Int.random(in: 0..<6, using: &generator) {
            case 0: member.fail(now: now)
            case 1: member.state.recover()
            case 2: member.state.countAnswer(200, isTrial: false, now: now)
            case 3: member.beginDrain(now: now)
            case 4: member.endDrain()
            default: break
            }
            let asked = Int.random(in: 0..<150, using: &generator)
            let isUsable = !balancer.members[asked].state.isInError(now: now)
            if (balancer.choose(preferring(asked), now: now)?.reason == .sticky) != isUsable { wrong += 1 }
            guard let elected = balancer.choose(now: now)?.member else { continue }
            let state = balancer.members[elected].state
            if state.isInError(now: now) || state.isDrained { wrong += 1 }
        }
        #expect(wrong == 0)
    }
}
