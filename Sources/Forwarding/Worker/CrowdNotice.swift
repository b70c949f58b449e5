import Synchronization

/// When the event log is told that there is no room for further connections: not more often than a line a second, by
/// whichever worker finds it so.
final class CrowdNotice: Sendable {
    private let nextMillis = Atomic<Int>(.min)

    /// Whether a line is due; asked by one worker, it is not due for the others.
    ///
    /// - Parameter now: milliseconds of the monotonic clock.
    func isDue(now: Int) -> Bool {
        let next = nextMillis.load(ordering: .relaxed)
        guard now >= next else { return false }
        return nextMillis.compareExchange(
            expected: next, desired: now + ClientLimits.crowdedPauseMillis, ordering: .relaxed
        ).exchanged
    }
}
