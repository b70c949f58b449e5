import Reactor

/// The requests of a worker that wait for a member, served in the order in which they came; one that comes when there
/// is room does not wait behind them.
///
/// They try again when an exchange ends of a member that has a `max`, on whatever worker; when a member's time in error
/// is over; and when a new configuration is served. When their own time is over they are told. Touched by the worker's
/// thread, which looks at ``nextMillis`` and ``isDue`` at the end of each turn (``WaitingTimer``).
final class RequestQueue {
    /// A request's place in the room.
    struct Place {
        /// Which one; 0: none.
        var ticket = 0
        /// Nanoseconds of the clock when it began to wait.
        var began = 0
    }

    private struct Entry {
        let exchange: Exchange
        /// The exchange's ticket; one that has another has left.
        let ticket: Int
        /// Milliseconds of the clock when its time is over.
        let deadline: Int
        /// When it tries again in any case; `Int.max`: never.
        var retry: Int

        var next: Int { min(deadline, retry) }
    }

    private let clock: TurnClock
    private let signal: RoomSignal
    private var entries: [Entry] = []
    private var count = 0
    private var lastTicket = 0
    /// Whether the requests are to try again at the end of the turn.
    private(set) var isDue = false
    /// Milliseconds of the clock when ``onDeadline()`` is to be called; `Int.max`: never.
    private(set) var nextMillis = Int.max

    init(clock: TurnClock, signal: RoomSignal) {
        self.clock = clock
        self.signal = signal
    }

    /// Lets a request wait.
    ///
    /// - Parameters:
    ///   - millis: how long, until ``Exchange/onWaitOver()``.
    ///   - retry: milliseconds of the clock when it tries again in any case; `Int.max`: never.
    func enter(_ exchange: Exchange, for millis: Int, retryingAt retry: Int) {
        lastTicket += 1
        exchange.course.place.ticket = lastTicket
        let entry = Entry(
            exchange: exchange, ticket: lastTicket, deadline: clock.nowMillis + millis, retry: retry)
        entries.append(entry)
        nextMillis = min(nextMillis, entry.next)
        count += 1
        signal.setWaiting(count)
        // What was freed before this worker said that it waits was not announced to it.
        isDue = true
    }

    /// A request waits no longer.
    func leave(_ exchange: Exchange) {
        guard exchange.course.place.ticket != 0 else { return }
        exchange.course.place.ticket = 0
        count -= 1
        signal.setWaiting(count)
    }

    /// A member may have room: the requests try again at the end of the turn.
    func onRoom() {
        if count > 0 { isDue = true }
    }

    /// A new configuration is served: the requests go by it from ``onRoom()`` on.
    func move(to edge: Edge) {
        for entry in entries where entry.exchange.course.place.ticket == entry.ticket {
            entry.exchange.moveWhileWaiting(to: edge)
        }
    }

    /// Lets the requests try again whose member may have room.
    func onTurnEnd() {
        guard isDue else { return }
        isDue = false
        var fullBalancers: [ObjectIdentifier] = []
        forEach { exchange, _ in
            guard let balancer = exchange.balancer,
                !exchange.course.awaitsAnyone || !fullBalancers.contains(ObjectIdentifier(balancer))
            else {
                return false
            }
            if exchange.goOn() { return true }
            // Whoever waits for one member says nothing of the others.
            if exchange.course.awaitsAnyone { fullBalancers.append(ObjectIdentifier(balancer)) }
            return false
        }
    }

    /// Tells those whose time is over, and lets those try again who wait for a member's time in error to end.
    func onDeadline() {
        let now = clock.nowMillis
        forEach { exchange, entry in
            if entry.deadline <= now {
                exchange.onWaitOver()
                return true
            }
            guard entry.retry <= now else { return false }
            if exchange.goOn() { return true }
            entry.retry = exchange.recoveryMillis
            return false
        }
    }

    /// Hands each request to `body`, in the order in which they came.
    ///
    /// - Parameter body: returns whether the request has left.
    private func forEach(_ body: (Exchange, inout Entry) -> Bool) {
        // What leaves may bring the next request of its client in.
        let current = entries
        entries = []
        var kept: [Entry] = []
        for var entry in current where entry.exchange.course.place.ticket == entry.ticket {
            if !body(entry.exchange, &entry), entry.exchange.course.place.ticket == entry.ticket { kept.append(entry) }
        }
        entries = kept + entries
        nextMillis = entries.reduce(.max) { min($0, $1.next) }
    }
}
