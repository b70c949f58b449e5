/// What a drain's end is foretold from: since when it goes on, and how many sessions the member had then.
struct Drain: Sendable {
    /// Milliseconds of the monotonic clock.
    let began: Int64
    /// 0 where they are not counted.
    let sessions: Int
    /// By whom they were counted: one that a reload has put in its place begins anew.
    let census: SessionCensus?

    /// Begins with what is counted now.
    ///
    /// - Parameter now: milliseconds of the monotonic clock.
    init(of census: SessionCensus?, now: Int64) {
        began = now
        sessions = census?.count(now: now) ?? 0
        self.census = census
    }
}

extension Member {
    /// When the last session will be gone if they end at the pace of those that have ended since the drain began.
    ///
    /// - Parameters:
    ///   - left: the sessions that are left.
    ///   - now: milliseconds of the monotonic clock.
    /// - Returns: milliseconds from now; `nil` where the member is not drained, or not clearly more have ended than the
    ///   count may be wrong by (``SessionCensus``).
    public func drainMilliseconds(left: Int, now: Int64) -> Int64? {
        state.withDrain { drain in
            if let base = drain, base.census !== sessions { drain = Drain(of: sessions, now: now) }
            guard let base = drain else { return nil }
            let ended = base.sessions - left
            guard ended > base.sessions / 50, ended > 0 else { return nil }
            return Int64(Double(max(0, now - base.began)) * Double(left) / Double(ended))
        }
    }
}
