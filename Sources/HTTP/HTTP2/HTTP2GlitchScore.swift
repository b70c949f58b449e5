/// How often a client has done what is abuse when it is done often.
///
/// The score grows by one with each glitch and falls with time, by a tenth of the threshold a second: what a lively
/// client does now and then is never counted up to the end of a long connection.
public struct HTTP2GlitchScore: Sendable {
    /// Glitches since the connection began, by kind.
    private var counts = InlineArray<13, UInt32>(repeating: 0)
    private var score = 0
    /// Milliseconds of the clock that the score has fallen for.
    private var settledMillis: Int
    private let threshold: Int

    /// Begins to count.
    ///
    /// - Parameters:
    ///   - threshold: 1 or more; beyond it a client is told to be calm.
    ///   - now: milliseconds of any clock that does not go back.
    public init(threshold: Int, now: Int) {
        self.threshold = threshold
        settledMillis = now
    }

    /// Whether the client has done too much in too short a time.
    public var isExceeded: Bool { score > threshold }

    /// Counts a glitch.
    public mutating func count(_ glitch: HTTP2Glitch, now: Int) {
        counts[glitch.rawValue] &+= 1
        let fallen = (now - settledMillis) * threshold / 10_000
        if fallen > 0 {
            score = max(0, score - fallen)
            settledMillis = now
        }
        score += 1
    }

    /// Glitches of a kind since the connection began.
    public func count(of glitch: HTTP2Glitch) -> Int { Int(counts[glitch.rawValue]) }

    /// All counts that are not 0, `reset 501, ping 3` for instance.
    public var words: String {
        HTTP2Glitch.allCases.filter { count(of: $0) > 0 }.map { "\($0.code) \(count(of: $0))" }.joined(separator: ", ")
    }
}
