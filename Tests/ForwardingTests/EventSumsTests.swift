import Forwarding
import Testing

/// Events of one kind, summed by a clock that the tests hold.
@Suite("Event sums")
struct EventSumsTests {
    /// Sums, and what they have said.
    private final class Log {
        private var sums = EventSums(window: 10_000, atOnceMax: 2, kindsMax: 3)
        var nextEnd: Int? { sums.nextEnd }

        func takes(_ words: String, kind: String? = nil, level: EventLevel = .warning, at now: Int) -> Bool {
            sums.admit(words, kind: kind ?? words, level: level, now: now)
        }

        func leaveOut(_ count: Int, at now: Int) { sums.leaveOut(count, now: now) }

        func says(at now: Int, isEnding: Bool = false) -> [String] {
            sums.takeDue(now: now, isEnding: isEnding).map(\.words)
        }
    }

    @Test("the first of a kind are said, the others counted and told in one line a window, as long as they go on")
    func storm() {
        let log = Log()
        #expect(log.nextEnd == nil)
        #expect((0..<240).count { log.takes("down", at: $0) } == 2)
        #expect(log.nextEnd == 10_000)
        #expect(log.says(at: 9_999) == [])
        #expect(log.says(at: 10_000) == ["down (and 238 more in 10 s)"])
        #expect(!log.takes("down", at: 10_001))
        #expect(log.says(at: 20_000) == ["down (and 1 more in 10 s)"])
        // A window of silence ends it: what comes then is news.
        #expect(log.says(at: 30_000) == [])
        #expect(log.nextEnd == nil)
        #expect(log.takes("down", at: 30_001))
    }

    @Test("what is summed has the last one's words, and kinds are apart")
    func kinds() {
        let log = Log()
        for number in 1...4 {
            _ = log.takes("client \(number): gone", kind: "gone", at: 0)
            _ = log.takes("other", at: 5_000)
        }
        #expect(log.says(at: 10_000) == ["client 4: gone (and 2 more in 10 s)"])
        #expect(log.nextEnd == 15_000)
        #expect(log.says(at: 7_000, isEnding: true) == ["other (and 2 more in 2 s)"])
    }

    @Test("kinds are bounded, with room left for warnings, and what is beyond is counted and said")
    func bound() {
        let log = Log()
        #expect((0..<100).count { log.takes("client \($0)", level: .information, at: 1_000) } == 3)
        #expect((0..<100).count { log.takes("member \($0)", at: 1_000) } == 3)
        log.leaveOut(40, at: 2_000)
        #expect(log.says(at: 11_000) == ["events left out, because there were too many: 234"])
        #expect(log.nextEnd == nil)
    }
}
