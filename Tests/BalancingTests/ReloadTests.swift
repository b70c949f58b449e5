import Balancing
import Testing

@Suite("Chooser across a reload", .tags(.balancing))
struct ReloadTests {
    @Test("nothing changed: state and election go on")
    func unchanged() {
        let old = farm([700, 300])
        #expect(old.elect(4) == "a b a a")
        let new = Chooser(name: "shop", members: specifications([700, 300]), replacing: old)
        #expect(new.elect(6) == "a b a a b a")
        #expect(new.members[0].state === old.members[0].state)
        #expect(new.members[0].state.electedCount == 7)
    }

    @Test("old and new balancers elect side by side, each for itself")
    func sideBySide() {
        let old = farm([100, 100])
        _ = old.choose(now: 0)
        let new = Chooser(name: "shop", members: specifications([100, 100]), replacing: old)
        #expect(old.elect(2) == "b a")
        #expect(new.elect(2) == "b a")
        #expect(new.members[0].state.electedCount == 3)
    }

    @Test("a changed factor takes effect, and the election begins anew")
    func changedFactor() {
        let old = farm([10_000, 1])
        for _ in 0..<500 { _ = old.choose(preferring(1), now: 0) }
        let new = Chooser(name: "shop", members: specifications([100, 200]), replacing: old)
        #expect(new.loadStatuses() == [0, 0])
        #expect(new.elect(6) == "b a b b a b")
        #expect(new.members[1].state.electedCount == 504)
    }

    @Test("members keep their state by name, wherever they stand in the list")
    func reordered() {
        let old = farm([100, 100, 100])
        old.members[2].fail(now: 0)
        let reversed = Array(specifications([100, 100, 100]).reversed())
        let new = Chooser(name: "shop", members: reversed, replacing: old)
        #expect(new.members.map(\.name) == ["c", "b", "a"])
        #expect(new.members[0].state === old.members[2].state)
        #expect(new.choose(preferring(0), now: 1)?.reason == .memberInError)
        #expect(new.loadStatuses() == [0, -100, 100])
    }

    @Test("a new member begins fresh, one that is gone is gone")
    func addedAndRemoved() {
        let old = farm([100, 100])
        _ = old.choose(now: 0)
        let added = MemberSpecification(name: "n")
        let new = Chooser(name: "shop", members: [specifications([100])[0], added], replacing: old)
        #expect(new.members[1].state.electedCount == 0)
        #expect(new.members[1].state !== old.members[1].state)
        #expect(new.elect(2) == "a n")
    }

    @Test("a failure seen through the old balancer counts in the new one, by the old member's retry time")
    func failureThroughOldMember() {
        let old = farm([100, 100], retry: 1_000)
        let new = Chooser(name: "shop", members: specifications([100, 100], retry: 5_000), replacing: old)
        old.members[0].fail(now: 0)
        #expect(new.choose(preferring(0), now: 999)?.reason == .memberInError)
        #expect(new.choose(preferring(0), now: 1_000)?.reason == .sticky)
        new.members[0].fail(now: 1_000)
        #expect(old.choose(preferring(0), now: 5_999)?.reason == .memberInError)
    }
}
