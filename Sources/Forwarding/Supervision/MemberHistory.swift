import Balancing

/// What was found and said of a member lately: why it gets requests or none.
public struct MemberHistory: Codable, Sendable, Equatable {
    /// The member as it is now.
    public var member: EdgeStatus.Member
    /// Whether so few of its balancer can be used that what checks and ejections say is not heeded.
    public var ignoresVerdicts: Bool
    /// The last verdicts, the oldest first.
    public var verdicts: [Verdict]

    /// That a cause has begun or ended.
    public struct Verdict: Codable, Sendable, Equatable {
        /// Which way.
        public enum Event: String, Codable, Sendable {
            /// It holds from then on.
            case began
            /// It holds no longer.
            case ended
        }

        /// By ``HealthCause``'s words.
        public var cause: String
        /// Whether it has begun or ended.
        public var event: Event
        /// By what.
        public var evidence: String
        /// Milliseconds since 1970-01-01 00:00 UTC, by the clock as it stood then.
        public var timeMilliseconds: Int64
        /// Milliseconds since then, whatever has become of the clock.
        public var ageMilliseconds: Int64
        /// What the member has got from then on: `usable`, `sessions-only` or `down`.
        public var standing: String
        /// How often it was found again by the same evidence when the member was tried as nobody else was left, the
        /// first time counted.
        public var count: Int
    }

    /// - Parameters:
    ///   - index: the member's in its balancer.
    ///   - now: milliseconds of the event loops' clock.
    init(_ balancer: Balancer, _ index: Int, now: Int64) {
        member = EdgeStatus.Member(balancer, index, now: now)
        ignoresVerdicts = balancer.chooser.isIgnoringVerdicts(now: now)
        verdicts = balancer.chooser.members[index].history.map { verdict in
            Verdict(
                cause: "\(verdict.cause.name)", event: verdict.isBegin ? .began : .ended, evidence: verdict.evidence,
                timeMilliseconds: verdict.wallMilliseconds,
                ageMilliseconds: max(0, now - verdict.monotonicMilliseconds), standing: "\(verdict.standing.name)",
                count: verdict.count)
        }
    }
}
