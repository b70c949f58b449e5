import Balancing
import Testing

@Suite("Forecasts of sessions", .tags(.balancing))
struct ForecastTests {
    private func after(
        _ balancer: Chooser, _ sessions: [Int], leaving: MemberSet = MemberSet(), coming: [String] = [],
        isHashed: Bool = false, isEven: Bool = false
    ) -> (after: [Int], moved: Int, stranded: Int) {
        let forecast = balancer.forecast(
            sessions: sessions, leaving: leaving, coming: coming.map { ($0, .one) }, isHashed: isHashed,
            isEven: isEven, now: 1)
        let sum = forecast.members.reduce(0) { $0 + $1.sessionsAfter }
        #expect(sum + forecast.stranded == sessions.reduce(0, +), "no session is lost or made")
        return (forecast.members.map(\.sessionsAfter), forecast.moved, forecast.stranded)
    }

    @Test("whoever leaves gives its sessions to the others by their factors")
    func leaving() {
        #expect(after(farm([100, 100, 100]), [30, 30, 30], leaving: members(1)) == ([45, 0, 45], 30, 0))
        #expect(after(farm([300, 100, 100]), [30, 40, 30], leaving: members(1)) == ([60, 0, 40], 40, 0))
        #expect(after(farm([100, 100, 100]), [1, 1, 2], leaving: members(2)) == ([2, 2, 0], 2, 0))
        #expect(after(farm([100, 100]), [3, 4], leaving: members(0, 1)) == ([0, 0], 0, 7))
        #expect(after(farm([100, 100]), [3, 4]) == ([3, 4], 0, 0))
    }

    @Test("who cannot be used or elected takes none; redirects, spares and the next set do")
    func others() {
        let failing = farm([100, 100, 100])
        failing.members[2].fail(now: 0)
        #expect(after(failing, [30, 30, 5], leaving: members(1)) == ([60, 0, 5], 30, 0))
        let drained = farm([100, 100, 100])
        drained.members[0].beginDrain(now: 0)
        #expect(after(drained, [30, 30, 5], leaving: members(1)) == ([30, 0, 35], 30, 0))
        #expect(after(farm("a b>c c"), [10, 20, 30], leaving: members(1)) == ([10, 0, 50], 20, 0))
        #expect(after(farm("a b>c c>b"), [10, 20, 30], leaving: members(1, 2)) == ([60, 0, 0], 50, 0))
        #expect(after(farm("a b c:r"), [10, 20, 0], leaving: members(1)) == ([20, 0, 10], 20, 0))
        #expect(after(farm("a b/1 c/1"), [10, 0, 0], leaving: members(0)) == ([0, 5, 5], 10, 0))
        #expect(after(farm("a b:d"), [10, 0], leaving: members(0)) == ([0, 0], 0, 10))
    }

    @Test("by fewest sessions: the emptier ones are filled first, for their factors")
    func even() {
        let three = farm([100, 100, 100])
        #expect(after(three, [10, 30, 60], leaving: members(2), isEven: true) == ([50, 50, 0], 60, 0))
        #expect(after(three, [10, 50, 20], leaving: members(2), isEven: true) == ([30, 50, 0], 20, 0))
        let weighted = farm([200, 100, 100])
        #expect(after(weighted, [10, 20, 60], leaving: members(2), isEven: true) == ([60, 30, 0], 60, 0))
        #expect(
            after(farm([100, 100]), [40, 40], leaving: members(1), coming: ["x"], isEven: true) == ([40, 0, 40], 40, 0))
    }

    @Test("whoever comes gets new sessions alone, or where they are hashed its share of all")
    func coming() {
        #expect(after(farm([100, 100]), [40, 40], coming: ["x"]) == ([40, 40, 0], 0, 0))
        #expect(after(farm([100, 100]), [60, 60], coming: ["x"], isHashed: true) == ([40, 40, 40], 40, 0))
        #expect(
            after(farm([100, 100]), [60, 60], coming: ["x", "y"], isHashed: true) == ([30, 30, 30, 30], 60, 0))
        #expect(
            after(farm([100, 100]), [60, 60], leaving: members(1), coming: ["x"], isHashed: true)
                == ([60, 0, 60], 90, 0))
    }

    @Test("the peak is by load factor, of those that stay")
    func peak() throws {
        let forecast = farm([400, 100, 100]).forecast(
            sessions: [100, 90, 50], leaving: members(1), coming: [], isHashed: false, isEven: false, now: 1)
        let peak = try #require(forecast.peak)
        #expect(peak.name == "c" && peak.loadAfter == 68)
        let nobody = farm([100]).forecast(
            sessions: [1], leaving: members(0), coming: [], isHashed: false, isEven: false, now: 1)
        #expect(nobody.peak == nil)
    }

    @Test("a hash gives whoever comes what is foretold, within a hundredth of all")
    func hashes() {
        let before = farm([100, 200, 300])
        let after = Chooser(name: "shop", members: specifications([100, 200, 300, 200]))
        let keys = (0..<100_000).map { number in
            var hash = StableHash()
            for byte in "\(number)".utf8 { hash.add(byte) }
            return hash.value
        }
        var counts = [0, 0, 0]
        var moved = 0
        for key in keys {
            let (old, new) = (before.rehearse(key: key, now: 0) { 0 }, after.rehearse(key: key, now: 0) { 0 })
            counts[old?.member ?? 0] += 1
            if old?.member != new?.member { moved += 1 }
        }
        let forecast = before.forecast(
            sessions: counts, leaving: MemberSet(), coming: [("d", LoadFactor(hundredths: 200) ?? .one)],
            isHashed: true, isEven: false, now: 0)
        #expect(abs(forecast.moved - moved) < 1_000)
    }
}
