/// The time at which an event loop's turn began, and which turn it is.
///
/// Time stands still in a turn, so that all who look at it see the same. Belongs to the loop's thread; what needs the
/// time and no events has this alone, and a test that turns the hands itself.
public final class TurnClock {
    private var nanoseconds: Int
    /// Divided once a turn: many ask in each.
    private var milliseconds: Int
    private var count = 0

    /// - Parameter now: nanoseconds of the monotonic clock.
    public init(now: Int = Clock.monotonicNanoseconds()) {
        nanoseconds = now
        milliseconds = now / 1_000_000
    }

    /// Sets the time while no turn has begun.
    func set(to now: Int) {
        nanoseconds = now
        milliseconds = now / 1_000_000
    }

    /// Begins the next turn.
    ///
    /// - Parameter now: nanoseconds of the monotonic clock.
    public func beginTurn(at now: Int) {
        set(to: now)
        count &+= 1
    }

    /// The number of this turn: 1 for the first one.
    public var turn: Int { count }

    /// Nanoseconds of the monotonic clock when this turn began.
    public var now: Int { nanoseconds }

    /// Milliseconds of the monotonic clock when this turn began.
    public var nowMillis: Int { milliseconds }
}
