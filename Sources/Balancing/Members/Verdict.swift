/// That a cause has begun or ended for a member.
public struct Verdict: Sendable, Equatable {
    /// Which one.
    public let cause: HealthCause
    /// Whether it has begun or ended.
    public let isBegin: Bool
    /// By what, in a few words: `HTTP 503, expected 200`.
    public let evidence: String
    /// Milliseconds of the monotonic clock.
    public let monotonicMilliseconds: Int64
    /// Milliseconds since 1970-01-01 00:00 UTC.
    public let wallMilliseconds: Int64
    /// What the member has got from then on.
    public let standing: MemberStanding
    /// How often it was found in a row by the same evidence, each time when the member had been tried as nobody else
    /// was left.
    public fileprivate(set) var count = 1
}

/// The last verdicts on a member.
struct VerdictHistory: Sendable {
    /// The oldest first; ``Limits/verdictsMax`` at most.
    private(set) var verdicts: [Verdict] = []

    /// Adds one.
    mutating func append(_ verdict: Verdict) {
        if verdicts.count == Limits.verdictsMax { verdicts.removeFirst() }
        verdicts.append(verdict)
    }

    /// Counts that a cause has begun again as it did before its last end, which is as if it had not been.
    ///
    /// - Returns: `false` where the last two verdicts are not these.
    mutating func repeatBegin(of cause: HealthCause, evidence: String) -> Bool {
        guard let end = verdicts.last, end.cause == cause, !end.isBegin else { return false }
        let index = verdicts.count - 2
        guard index >= 0, verdicts[index].cause == cause, verdicts[index].isBegin else { return false }
        guard verdicts[index].evidence == evidence else { return false }
        verdicts[index].count += 1
        verdicts.removeLast()
        return true
    }
}
