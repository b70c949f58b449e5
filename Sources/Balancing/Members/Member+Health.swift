/// How causes begin and end.
///
/// Any thread may call these at any time. What has changed when a call returns is obeyed by the next request that any
/// worker takes up, and whoever waits for a member is told to look again.
extension Member {
    /// Lets a cause begin, as far as it does not go on already.
    ///
    /// - Parameters:
    ///   - cause: not ``HealthCause/requestError``, which ``fail(evidence:now:)`` is for.
    ///   - evidence: why, in a few words, for ``history``; asked for only where the cause begins.
    ///   - now: milliseconds of the monotonic clock.
    /// - Returns: whether that is a change of ``standing(now:)``.
    @discardableResult
    public func begin(_ cause: HealthCause, evidence: @autoclosure () -> String, now: Int64) -> Bool {
        state.begin(cause, evidence: evidence(), sessions: sessions, now: now)
    }

    /// Lets a cause end, as far as it goes on.
    ///
    /// Of a member that has failed several times in a short time, a failed check or an agent's `down` goes on for a
    /// while unless it begins again (``Flapping``); ``advance(now:)``, or this once more, ends it then.
    ///
    /// - Parameters:
    ///   - cause: not ``HealthCause/requestError``, which an answer ends.
    ///   - atOnce: whether it ends in any case: nobody looks any more who could find out that the member is well.
    ///   - evidence: why, in a few words; asked for only where the cause goes on.
    ///   - now: milliseconds of the monotonic clock.
    /// - Returns: whether that is a change of ``standing(now:)``.
    @discardableResult
    public func end(
        _ cause: HealthCause, atOnce: Bool = false, evidence: @autoclosure () -> String, now: Int64
    ) -> Bool {
        state.end(cause, atOnce: atOnce, evidence: evidence(), now: now)
    }

    /// Ends what has ended before and has held for long enough since; called each second by who lets causes begin that
    /// are held so.
    ///
    /// - Parameter now: milliseconds of the monotonic clock.
    /// - Returns: whether that is a change of ``standing(now:)``.
    @discardableResult
    public func advance(now: Int64) -> Bool { state.advance(now: now) }

    /// Puts the member in error for a request that has failed on it: no other one is given to it until `retry` has
    /// passed, or longer where it comes and goes. Not one that ignores errors.
    ///
    /// - Parameters:
    ///   - status: of the answer by which it has failed, which was counted; `nil`: there was none.
    ///   - evidence: what has failed.
    ///   - now: milliseconds of the monotonic clock.
    /// - Returns: whether it is in error now.
    @discardableResult
    public func fail(status: Int? = nil, evidence: @autoclosure () -> String, now: Int64) -> Bool {
        guard !specification.status.contains(.ignoreErrors) else { return false }
        state.beginOutage(now: now, sessions: sessions?.count(now: now) ?? 0)
        state.fail(for: specification.retryMilliseconds, status: status, evidence: evidence(), now: now)
        return true
    }

    /// Gives the member another share of new sessions than its load factor says: what its agent has said.
    ///
    /// Requests of its sessions are not touched; nor are those that belong to it by a key.
    ///
    /// - Parameter percent: of its load factor, 0 or more; 100: what is declared; 0: no new sessions.
    public func setShare(percent: Int) {
        state.setShare(percent: percent)
    }

    /// Lets the member have another number of exchanges under way than its `max` says: what its agent has said. One
    /// without `max` has no such bound.
    ///
    /// - Parameter count: 1 or more; `nil`: what is declared.
    public func setMax(_ count: Int?) { state.setMax(count) }

    /// What ``setShare(percent:)`` has said last.
    public var sharePercent: Int { state.sharePercent }

    /// The causes that hold for it now; those that end after a while are among them (``end(_:atOnce:evidence:now:)``).
    ///
    /// - Parameter now: milliseconds of the monotonic clock.
    public func causes(now: Int64) -> HealthCauses { state.causes(now: now) }

    /// What it gets by the causes that hold for it; what is declared of it is not looked at.
    ///
    /// - Parameter now: milliseconds of the monotonic clock.
    public func standing(now: Int64) -> MemberStanding { state.causes(now: now).standing }

    /// For how many milliseconds it is left alone still, where all that was against it has ended: it came and went
    /// (``Flapping``). `nil`: something has not ended, or nothing is against it.
    ///
    /// - Parameter now: milliseconds of the monotonic clock.
    public func heldMilliseconds(now: Int64) -> Int64? { state.heldMilliseconds(now: now) }

    /// The last ``Limits/verdictsMax`` verdicts, the oldest first; across reloads.
    public var history: [Verdict] { state.history }
}
