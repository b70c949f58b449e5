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
    private var ring: [Verdict] = []
    private var end = 0

    /// Adds one; the oldest goes when there are ``Limits/verdictsMax``.
    mutating func append(_ verdict: Verdict) {
        if ring.count < Limits.verdictsMax { ring.append(verdict) } else { ring[end] = verdict }
        end = (end + 1) % Limits.verdictsMax
    }

    /// Counts that a cause has begun again as it did before its last end, which is as if it had not been.
    ///
    /// - Returns: `false` where the last two verdicts are not these.
    mutating func repeatBegin(of cause: HealthCause, evidence: String) -> Bool {
        guard ring.count > 1 else { return false }
        let last = (end + ring.count - 1) % ring.count
        let before = (last + ring.count - 1) % ring.count
        guard ring[last].cause == cause, !ring[last].isBegin else { return false }
        guard ring[before].cause == cause, ring[before].isBegin, ring[before].evidence == evidence else { return false }
        ring[before].count += 1
        ring.remove(at: last)
        return true
    }

    /// All that are kept, the oldest first.
    var verdicts: [Verdict] {
        ring.count < Limits.verdictsMax ? ring : Array(ring[end...] + ring[..<end])
    }
}
