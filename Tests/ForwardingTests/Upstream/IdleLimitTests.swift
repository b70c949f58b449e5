import Forwarding
import Testing

/// How long a member keeps idle connections, as far as it has shown.
@Suite("Idle limit")
struct IdleLimitTests {
    @Test("two ends after about the same time are a limit, and connections are closed an eighth before it")
    func learned() {
        var limit = IdleLimit()
        #expect(limit.millis(atMost: 60_000) == 60_000)
        limit.noteEnd(after: 1_004, now: 5_000)
        #expect(limit.millis(atMost: 60_000) == 60_000, "one may have any reason")
        limit.noteEnd(after: 1_000, now: 8_000)
        #expect(limit.millis(atMost: 60_000) == 875)
        #expect(limit.millis(atMost: 500) == 500, "what is declared is not passed")
    }

    @Test("ends that differ, that come together, or just behind an answer, are none")
    func others() {
        var limit = IdleLimit()
        limit.noteEnd(after: 1_000, now: 5_000)
        limit.noteEnd(after: 3_000, now: 9_000)
        limit.noteEnd(after: 3_000, now: 9_050)
        for moment in 20...30 { limit.noteEnd(after: 50, now: moment * 1_000) }
        #expect(limit.millis(atMost: 60_000) == 60_000)
        limit.noteEnd(after: 3_100, now: 40_000)
        #expect(limit.millis(atMost: 60_000) == 2_625)
    }

    @Test("what was learned is forgotten slowly, and known again by one end")
    func forgotten() {
        var limit = IdleLimit()
        for moment in [5_000, 9_000] { limit.noteEnd(after: 1_000, now: moment) }
        var count = 0
        while limit.millis(atMost: 60_000) < 1_000 {
            limit.noteRetirement(restedSince: 9_000)
            count += 1
        }
        #expect(count > 20)
        limit.noteEnd(after: 1_000, now: 90_000)
        #expect(limit.millis(atMost: 60_000) == 875)
    }

    @Test("what the member says holds, the last word first, until answers come without it for ten minutes")
    func told() {
        var limit = IdleLimit()
        limit.hear(seconds: 5, now: 1_000)
        #expect(limit.millis(atMost: 60_000) == 4_375)
        for moment in 1...600 { limit.noteRetirement(restedSince: 1_000 + moment * 1_000) }
        #expect(limit.millis(atMost: 60_000) == 4_375)
        limit.hear(seconds: 20, now: 601_000)
        limit.noteRetirement(restedSince: 1_201_000)
        #expect(limit.millis(atMost: 60_000) == 17_500)
        limit.noteRetirement(restedSince: 1_201_001)
        #expect(limit.millis(atMost: 60_000) == 60_000)
    }

    @Test(
        "Keep-Alive",
        arguments: [
            ("timeout=5", 5), ("timeout=5, max=100", 5), ("max=100, Timeout=15", 15), ("max=100,timeout=1", 1),
            ("timeout=999999", 999_999), ("timeout=0", nil), ("timeout=", nil), ("timeout", nil), ("", nil),
            ("xtimeout=5", nil), ("timeout=abc", nil), ("max=100", nil),
        ])
    func field(value: String, seconds: Int?) {
        let bytes = Array(value.utf8)
        #expect(IdleLimit.seconds(in: bytes.span) == seconds)
    }
}
