import Synchronization

/// What a member has said last of how it is: how many more exchanges it could take, and how many it has.
///
/// Any worker, and the thread that hears heartbeats, may change and read it at any time.
public final class Heartbeat: Sendable {
    /// Ready places above and busy ones below, 32 bits each.
    private let places = Atomic<UInt64>(0)
    private let heard = Atomic<Int64>(.min)

    private let changes: StateChanges
    private let number: Int

    /// - Parameters:
    ///   - changes: where it tells that it was heard.
    ///   - number: of the member's state.
    init(_ changes: StateChanges, number: Int) {
        self.changes = changes
        self.number = number
    }

    /// Takes a heartbeat.
    ///
    /// - Parameter now: milliseconds of the monotonic clock.
    public func take(_ message: HeartbeatMessage, now: Int64) {
        places.store(UInt64(message.ready) << 32 | UInt64(message.busy), ordering: .relaxed)
        heard.store(now, ordering: .releasing)
        changes.reports.add(number)
    }

    /// What was said last, and how many milliseconds ago; `nil`: nothing ever.
    ///
    /// - Parameter now: milliseconds of the monotonic clock.
    public func last(now: Int64) -> (ready: Int, busy: Int, ageMilliseconds: Int64)? {
        let heard = heard.load(ordering: .acquiring)
        guard heard != .min else { return nil }
        let places = places.load(ordering: .relaxed)
        return (Int(places >> 32), Int(places & 0xFFFF_FFFF), max(0, now - heard))
    }

    /// For how many ready places the member counts in an election: 0 to 999,999,999.
    ///
    /// A quarter while nothing is busy, as in Apache, for it may have just started; but one for any below four. One
    /// where it was not heard of for ``Limits/heartbeatMilliseconds``.
    ///
    /// - Returns: the places, and until when that holds if nothing more is heard.
    func readyPlaces(now: Int64) -> (places: UInt64, until: Int64) {
        guard let (ready, busy, age) = last(now: now), age < Limits.heartbeatMilliseconds else { return (1, .max) }
        let places = busy > 0 ? ready : ready < 4 ? min(ready, 1) : ready / 4
        return (UInt64(places), now + Limits.heartbeatMilliseconds - age)
    }
}
