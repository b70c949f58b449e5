/// Counts what a client asks of a handshake that is over: new keys of TLS 1.3 (RFC 8446, section 4.6.3), each of which
/// costs some microseconds for 27 bytes, ours that he wants in turn, and renegotiations, which are refused. Honest
/// clients do so once in many gigabytes. Knows no clock.
package struct KeyUpdateScore: Sendable {
    /// How many may come at once; one more each second.
    package static let most = 32

    private var score = 0
    /// Seconds of the clock when something came last.
    private var second = 0

    /// Nothing has come.
    package init() {}

    /// Counts one.
    ///
    /// - Parameter second: of the monotonic clock.
    package mutating func count(at second: Int) {
        score = max(0, score - (second - self.second)) + 1
        self.second = second
    }

    /// Whether there were too many.
    package var isExceeded: Bool { score > Self.most }
}
