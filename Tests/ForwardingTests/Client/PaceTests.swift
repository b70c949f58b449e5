import Forwarding
import Testing

/// How fast a client sends or takes bytes, by a test's clock.
@Suite("Pace")
struct PaceTests {
    private static let least = Pace.Least(500, window: 30_000)

    /// Outside of the macro, which takes no value that changes.
    private func isTooSlow(_ pace: inout Pace, at count: Int, now: Int, _ least: Pace.Least = PaceTests.least) -> Bool {
        pace.isTooSlow(at: count, now: now, least)
    }

    @Test("a little less than the least over a window is too slow, the least is not", arguments: [14_999, 15_000])
    func least(bytes: Int) {
        var pace = Pace()
        pace.begin(at: 700, now: 1_000)
        let result1 = isTooSlow(&pace, at: 701, now: 30_999)
        #expect(!result1)
        let result2 = isTooSlow(&pace, at: 700 + bytes, now: 31_000)
        #expect(result2 == (bytes < 15_000))
    }

    @Test("who was fast in a window has no credit in the next one")
    func windows() {
        var pace = Pace()
        pace.begin(at: 0, now: 0)
        let result3 = isTooSlow(&pace, at: 1_000_000, now: 30_000)
        #expect(!result3)
        let result4 = isTooSlow(&pace, at: 1_000_001, now: 59_999)
        #expect(!result4)
        let result5 = isTooSlow(&pace, at: 1_000_002, now: 60_000)
        #expect(result5)
    }

    @Test("time in which somebody else is waited for does not count")
    func pauses() {
        var pace = Pace()
        pace.begin(at: 0, now: 0)
        pace.pause(now: 10_000)
        pace.pause(now: 20_000)
        let result6 = isTooSlow(&pace, at: 1, now: 1_000_000)
        #expect(!result6)
        pace.begin(at: 1, now: 1_000_000)
        pace.begin(at: 1, now: 1_010_000)
        let result7 = isTooSlow(&pace, at: 2, now: 1_019_999)
        #expect(!result7)
        let result8 = isTooSlow(&pace, at: 3, now: 1_020_000)
        #expect(result8)
    }

    @Test("a slow mobile is let be, slowhttptest is not", arguments: [(2_500, 1_000, false), (24, 10_000, true)])
    func examples(bytes: Int, every millis: Int, isTooSlow: Bool) {
        var pace = Pace()
        var isEnded = false
        for step in 0..<100 where !isEnded {
            pace.begin(at: step * bytes, now: step * millis)
            isEnded = pace.isTooSlow(at: step * bytes, now: step * millis, Self.least)
        }
        #expect(isEnded == isTooSlow)
    }

    @Test("off: nothing is too slow")
    func off() {
        var pace = Pace()
        pace.begin(at: 0, now: 0)
        let result9 = isTooSlow(&pace, at: 0, now: 1_000_000, Pace.Least(nil, window: 10))
        #expect(!result9)
    }
}
