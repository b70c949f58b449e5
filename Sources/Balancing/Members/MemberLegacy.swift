/// What a process leaves of a member to the one that takes its place.
public struct MemberLegacy: Codable, Sendable, Equatable {
    /// Milliseconds of the machine's monotonic clock until which it is in error; `nil`: it is not.
    public var errorUntil: Int64?
    /// Whether it is drained by control.
    public var isDrained: Bool
    /// How often it was put in error.
    public var failures: UInt64
    /// How often it was given a request.
    public var elected: UInt64
    /// Its answers by the class of their status, from 1 on: five numbers.
    public var answers: [UInt64]
    /// Bytes sent to it.
    public var sentBytes: UInt64
    /// Bytes received from it.
    public var receivedBytes: UInt64
}

extension Member {
    /// What is left of it to another process.
    public var legacy: MemberLegacy {
        MemberLegacy(
            errorUntil: state.failedUntil, isDrained: state.isDrained, failures: state.failureCount,
            elected: state.electedCount, answers: (1...5).map(state.answerCount), sentBytes: state.sentBytes,
            receivedBytes: state.receivedBytes)
    }

    /// Goes on where another process has left off; to be called before the member is given a request.
    ///
    /// - Parameter now: milliseconds of the monotonic clock.
    public func take(_ legacy: MemberLegacy, now: Int64) {
        if legacy.isDrained { beginDrain(now: now) }
        state.take(legacy)
        guard !specification.status.contains(.ignoreErrors), let until = legacy.errorUntil else { return }
        state.beginOutage(now: now, sessions: sessions?.count(now: now) ?? 0)
        state.setError(until: until)
    }
}
