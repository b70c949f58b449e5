/// What a process leaves of a member to the one that takes its place.
public struct MemberLegacy: Codable, Sendable, Equatable {
    /// Milliseconds of the machine's monotonic clock until which it is in error; `nil`: it is not.
    public var errorUntil: Int64?
    /// What of ``HealthCause`` holds, by its name, with why; ejections end with the process that has found them out.
    public var causes: [String: String]
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
    /// Its share of new sessions, in per cent, as its agent has said it; `nil`: as declared, or of before it was left.
    public var sharePercent: Int?
    /// How many exchanges it may have under way, likewise.
    public var exchangesMax: Int?
}

extension Member {
    /// What is left of it to another process.
    public var legacy: MemberLegacy {
        MemberLegacy(
            errorUntil: state.failedUntil, causes: lastingReasons, failures: state.failureCount,
            elected: state.electedCount, answers: (1...5).map(state.answerCount), sentBytes: state.sentBytes,
            receivedBytes: state.receivedBytes, sharePercent: sharePercent == 100 ? nil : sharePercent,
            exchangesMax: state.maxByAgent == 0 ? nil : state.maxByAgent)
    }

    /// What of ``HealthCause`` holds and may go on in another process, by its name, with why.
    public var lastingReasons: [String: String] {
        var reasons: [String: String] = [:]
        for cause in state.lastingCauses.all where cause != .ejection {
            reasons["\(cause.name)"] = history.last { $0.cause == cause }?.evidence ?? ""
        }
        return reasons
    }

    /// Goes on where another process has left off; to be called before the member is given a request.
    ///
    /// - Parameters:
    ///   - causes: those that may hold: for others nobody is there who could end them.
    ///   - now: milliseconds of the monotonic clock.
    public func take(_ legacy: MemberLegacy, causes: HealthCauses, now: Int64) {
        take(reasons: legacy.causes, of: causes, now: now)
        if causes.contains(HealthCauses(.agentDown)) {
            setShare(percent: legacy.sharePercent ?? 100)
            setMax(legacy.exchangesMax)
        }
        state.take(legacy)
        guard !specification.status.contains(.ignoreErrors), let until = legacy.errorUntil else { return }
        state.beginOutage(now: now, sessions: sessions?.count(now: now) ?? 0)
        state.goOnInError(until: until, now: now)
    }

    /// Goes on with what another process has found out; to be called before the member is given a request.
    ///
    /// - Parameters:
    ///   - reasons: causes by their names, with why.
    ///   - causes: those that may hold: for others nobody is there who could end them.
    ///   - now: milliseconds of the monotonic clock.
    public func take(reasons: [String: String], of causes: HealthCauses, now: Int64) {
        for cause in causes.all {
            if let evidence = reasons["\(cause.name)"] { begin(cause, evidence: evidence, now: now) }
        }
    }
}
