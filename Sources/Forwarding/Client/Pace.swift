import Model

/// How fast bytes go while it is the client's turn to send or to take some: time in which somebody else is waited for
/// does not count. It has no timer: it is looked at when bytes go, and silence has its own time.
package struct Pace {
    /// What is asked for.
    package struct Least: Sendable {
        /// Bytes a second; 0: any.
        let bytesPerSecond: Int
        /// Milliseconds over which they are measured.
        let window: Int

        /// - Parameter bytesPerSecond: `nil`: any.
        package init(_ bytesPerSecond: Int?, window: Int) {
            self.bytesPerSecond = bytesPerSecond ?? 0
            self.window = window
        }
    }

    /// The count of bytes when the window began; -1: none has.
    private var start = -1
    /// Milliseconds of the window that were the client's.
    private var millis = 0
    /// Milliseconds of the clock since when it is the client's turn; -1: it is not.
    private var since = -1

    /// Nothing was measured.
    package init() {}

    /// It is the client's turn, if it was not already.
    ///
    /// - Parameters:
    ///   - count: bytes that have gone so far.
    ///   - now: milliseconds of the clock, as all times here.
    package mutating func begin(at count: Int, now: Int) {
        if start < 0 { start = count }
        if since < 0 { since = now }
    }

    /// It is somebody else's turn.
    package mutating func pause(now: Int) {
        guard since >= 0 else { return }
        millis += now - since
        since = -1
    }

    /// Whether fewer bytes went in the window than should have; begins the next one when it is over.
    ///
    /// - Parameter count: bytes that have gone so far.
    package mutating func isTooSlow(at count: Int, now: Int, _ least: Least) -> Bool {
        let elapsed = millis + (since < 0 ? 0 : now - since)
        guard start >= 0, elapsed >= least.window else { return false }
        let isTooSlow = (count - start) * 1000 < least.bytesPerSecond * elapsed
        start = count
        millis = 0
        if since >= 0 { since = now }
        return isTooSlow
    }
}
