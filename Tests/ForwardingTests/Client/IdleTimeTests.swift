import Forwarding
import Testing

/// How long a client's connection may be silent.
@Suite("Idle time", .timeLimit(.minutes(10)))
struct IdleTimeTests {
    private func idleTime(after requests: Int) -> IdleTime {
        var time = IdleTime()
        for _ in 0..<requests { _ = time.countRequest() }
        return time
    }

    @Test("from the second request on OpenSSL keeps its buffers; that is said once")
    func second() {
        var time = IdleTime()
        #expect((0..<1_000).map { _ in time.countRequest() } == [false, true] + Array(repeating: false, count: 998))
    }

    @Test("the whole time at first, then a short one, and then what is left", arguments: [0, 1, 2, 3, 300])
    func times(requests: Int) {
        var time = idleTime(after: requests)
        guard requests >= 2 else {
            #expect(time.millis(of: 60_000) == 60_000)
            #expect(time.becomeQuiet(of: 60_000) == nil, "the whole time has passed")
            return
        }
        #expect(time.millis(of: 60_000) == 3_000)
        #expect(time.becomeQuiet(of: 60_000) == 57_000)
        #expect(time.becomeQuiet(of: 60_000) == nil)
        #expect(time.countRequest() == false && time.countRequest() == true, "a quiet one begins anew")
    }

    @Test("a time that is no longer than the short one is had once", arguments: [0, 1, 2_999, 3_000])
    func short(keepalive: Int) {
        var time = idleTime(after: 5)
        #expect(time.millis(of: keepalive) == keepalive)
        #expect(time.becomeQuiet(of: keepalive) == nil)
    }
}
