import Reactor

/// Wakes the requests of a ``RequestQueue`` and of a ``PasswordDesk`` when their time comes. Belongs to the loop's
/// thread.
package final class WaitingTimer: EventHandler {
    private let loop: EventLoop
    private let bench: Bench
    private let room: RequestQueue
    private var registration: Registration?
    /// What the registration's deadline is; `Int.max`: none.
    private var setMillis = Int.max

    /// - Parameter bench: whose requests it wakes.
    package init(loop: EventLoop, bench: Bench) {
        self.loop = loop
        self.bench = bench
        room = bench.members.requestQueue
    }

    /// Goes by what the requests wait for now; called at the end of each turn.
    package func follow() {
        let nextMillis = bench.nextMillis
        guard room.isDue || nextMillis != setMillis else { return }
        let registration = registration ?? loop.registerTimer(handler: self)
        self.registration = registration
        // There may be room since the requests had their last look in this turn: another one follows at once.
        if room.isDue { loop.resumeNextTurn(registration) }
        setMillis = nextMillis
        guard setMillis < .max else { return loop.clearDeadline(registration) }
        loop.setDeadline(registration, after: max(0, setMillis - loop.clock.nowMillis))
    }

    /// Lets the requests know whose time has come.
    package func onDeadline() {
        setMillis = .max
        bench.onDeadline()
    }

    /// Nothing: it watches no descriptor.
    package func onReady(_ readiness: Readiness) {}
}
