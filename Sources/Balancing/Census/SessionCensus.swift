/// How many sessions a member has: those that were seen on it within a time, less those whose end was seen.
///
/// An estimate from 64 KiB, whatever the number: its standard error is 0.94 % of the sessions seen. Those ended are
/// held against those seen in as many registers by the same hashes, so that two sessions that share one share it in
/// both: where all have ended, none is left. Of many thousands, though, of which few have not ended, those few may be
/// missed. A session that has moved to another member counts on both until its time has passed. Sessions are told
/// apart by hashes under a key that clients do not know, so that a few of them cannot pass for many. One that its
/// member has set counts at once, one that a client says it has when it was answered twice; a client that says so
/// once can keep a count from falling, and not raise it. All workers share it without locks.
public final class SessionCensus: Sendable {
    /// How long a session counts after it was seen, in milliseconds; it counts for up to a fifth longer.
    public let idleMilliseconds: Int64
    // Together 65,024 bytes: not a power of two each, so that 64 KiB hold the objects too.
    private let seen: SessionSketch<12_192>
    /// What `seen` has, six registers in one: what `ended` is held against.
    private let folded: SessionSketch<2_032>
    private let ended: SessionSketch<2_032>

    /// Makes an empty census.
    ///
    /// - Parameter idleMilliseconds: `Limits.idleMilliseconds`.
    public convenience init(idleMilliseconds: Int64) {
        self.init(idleMilliseconds: idleMilliseconds, of: nil)
    }

    /// - Parameter state: the member's, to tell of changes; `nil`: nobody wants to know.
    init(idleMilliseconds: Int64, of state: MemberState?) {
        precondition(Limits.idleMilliseconds.contains(idleMilliseconds), "a census of no such time")
        self.idleMilliseconds = idleMilliseconds
        let epoch = Self.epochMilliseconds(idleMilliseconds)
        seen = SessionSketch(epochMilliseconds: epoch, of: state)
        folded = SessionSketch(epochMilliseconds: epoch, of: state)
        ended = SessionSketch(epochMilliseconds: epoch, of: state)
    }

    /// How long the parts of a time are that are kept apart: the count also changes with each that ends.
    static func epochMilliseconds(_ idleMilliseconds: Int64) -> Int64 {
        (idleMilliseconds + Int64(Limits.censusEpochs) - 2) / Int64(Limits.censusEpochs - 1)
    }

    /// Sees a session, new or known.
    ///
    /// - Parameters:
    ///   - session: the keyed hash of its identifier.
    ///   - isCertain: whether the member is known to have it, as it has set it; else a client says so.
    ///   - now: milliseconds of the monotonic clock.
    public func see(_ session: UInt64, isCertain: Bool = true, now: Int64) {
        // One that changes no register of the six changes none where they are one.
        if seen.see(session, isCertain: isCertain, now: now) { folded.see(session, isCertain: true, now: now) }
    }

    /// Sees a session end. Seen again within the time that it had left, it does not count until then.
    public func end(_ session: UInt64, now: Int64) {
        // One that was not there cannot be taken away from the others.
        see(session, now: now)
        ended.see(session, isCertain: true, now: now)
    }

    /// How many sessions there are.
    ///
    /// - Parameter now: milliseconds of the monotonic clock.
    public func count(now: Int64) -> Int {
        Self.remainder(seen.count(now: now), folded: folded.count(now: now), ended: ended.count(now: now))
    }

    /// How many different sessions several members have together: one that has moved counts once.
    public static func count(_ censuses: [SessionCensus], now: Int64) -> Int {
        remainder(
            SessionSketch.count(censuses.map(\.seen), now: now),
            folded: SessionSketch.count(censuses.map(\.folded), now: now),
            ended: SessionSketch.count(censuses.map(\.ended), now: now))
    }

    /// Those seen but for the share that has ended.
    private static func remainder(_ seen: Int, folded: Int, ended: Int) -> Int {
        guard ended > 0 else { return seen }
        guard ended < folded else { return 0 }
        return Int((Double(seen) * Double(folded - ended) / Double(folded)).rounded(.up))
    }
}
