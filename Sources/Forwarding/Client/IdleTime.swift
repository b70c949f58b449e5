/// How long a client's connection may be silent: at first as it is, then, once that lasts, without OpenSSL's buffers.
package struct IdleTime {
    /// Requests since the connection began or was last quiet; 2: more than one.
    private var requestCount: UInt8 = 0

    /// Whether the time runs within which the next request must come, where that is not told by the connection's phase.
    var isRunning = false

    /// A connection's that has begun.
    package init() {}

    /// Counts a request.
    ///
    /// - Returns: whether it is the second one, from which on OpenSSL keeps its buffers between requests.
    package mutating func countRequest() -> Bool {
        guard requestCount < 2 else { return false }
        requestCount += 1
        return requestCount == 2
    }

    /// Milliseconds of silence after which something is to be done.
    ///
    /// - Parameter keepalive: milliseconds for which it may be silent at all.
    package func millis(of keepalive: Int) -> Int {
        requestCount < 2 ? keepalive : min(ClientLimits.quietMillis, keepalive)
    }

    /// Becomes quiet when that time has passed: OpenSSL's buffers are to be given back.
    ///
    /// - Returns: milliseconds that are left then; `nil` when the whole time has passed.
    package mutating func becomeQuiet(of keepalive: Int) -> Int? {
        let left = keepalive - ClientLimits.quietMillis
        guard requestCount == 2, left > 0 else { return nil }
        requestCount = 0
        return left
    }
}
