import Balancing
import Model

extension EdgeStatus {
    /// What a member's checks have come to since the process began.
    public struct Check: Codable, Sendable, Equatable {
        /// What is asked, as the configuration says it.
        public var kind: String
        /// Whether the member is up by its checks.
        public var isUp: Bool
        /// Checks that have proven it.
        public var passed: UInt64
        /// Checks that have failed.
        public var failed: UInt64
        /// Checks that answers to real requests have saved.
        public var saved: UInt64
        /// What the last one has come to; `nil`: there was none.
        public var last: String?
        /// Milliseconds that the last one took.
        public var milliseconds: Int?
    }
}

extension EdgeStatus.Check {
    /// A member's; `nil`: it is not checked.
    ///
    /// - Parameters:
    ///   - index: the member's in its balancer.
    ///   - now: milliseconds of the event loops' clock.
    init?(_ balancer: Balancer, _ index: Int, now: Int64) {
        guard let check = balancer.checks[index] else { return nil }
        let tally = balancer.tallies[index]
        kind = check.kind.rawValue
        isUp = !balancer.chooser.members[index].causes(now: now).contains(HealthCauses(.failedCheck))
        passed = tally.passedCount
        failed = tally.failedCount
        saved = tally.savedCount
        last = tally.lastResult?.evidence
        milliseconds = tally.lastMilliseconds
    }
}
