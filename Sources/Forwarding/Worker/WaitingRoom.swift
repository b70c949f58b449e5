import Balancing
import Reactor

/// The requests of a worker that wait for a member, served in the order in which they came; one that comes when there
/// is room does not wait behind them.
///
/// They try again when an exchange ends of a member that has a `max`, on whatever worker; when a member's time in error
/// is over; and when a new configuration is served. When their own time is over they are told. Touched by the worker's
/// thread.
final class WaitingRoom: EventHandler {
    private struct Entry {
        let exchange: Exchange
        /// The exchange's ticket; one that has another has left.
        let ticket: Int
        /// Milliseconds of the loop's clock when its time is over.
        let deadline: Int
        /// When it tries again in any case; `Int.max`: never.
        var retry: Int
    }

    private let loop: EventLoop
    private let handle: WorkerHandle
    private var timer: Registration?
    private var entries: [Entry] = []
    private var count = 0
    private var lastTicket = 0
    /// Whether the requests are to try again at the end of the turn.
    private var isDue = false

    init(loop: EventLoop, handle: WorkerHandle) {
        self.loop = loop
        self.handle = handle
    }

    /// Lets a request wait.
    ///
    /// - Parameters:
    ///   - millis: how long, until ``Exchange/onWaitOver()``.
    ///   - retry: milliseconds of the loop's clock when it tries again in any case; `Int.max`: never.
    func enter(_ exchange: Exchange, for millis: Int, retryingAt retry: Int) {
        lastTicket += 1
        exchange.ticket = lastTicket
        entries.append(
            Entry(exchange: exchange, ticket: lastTicket, deadline: loop.nowMillis + millis, retry: retry))
        count += 1
        handle.setWaiting(count)
        // What was freed before this worker said that it waits was not announced to it.
        isDue = true
        setTimer()
    }

    /// A request waits no longer.
    func leave(_ exchange: Exchange) {
        guard exchange.ticket != 0 else { return }
        exchange.ticket = 0
        count -= 1
        handle.setWaiting(count)
    }

    /// A member may have room: the requests try again at the end of the turn.
    func onRoom() {
        if count > 0 { isDue = true }
    }

    /// Lets a turn follow at once when there may be room since the requests had their last look in this one.
    func resumeIfDue() {
        if isDue, let timer { loop.resumeNextTurn(timer) }
    }

    /// A new configuration is served: the requests go by it from ``onRoom()`` on.
    func move(to edge: Edge) {
        for entry in entries where entry.exchange.ticket == entry.ticket { entry.exchange.moveWhileWaiting(to: edge) }
    }

    /// Lets the requests try again whose member may have room.
    func onTurnEnd() {
        guard isDue else { return }
        isDue = false
        var fullFarms: [ObjectIdentifier] = []
        forEach { exchange, _ in
            guard let farm = exchange.farm, !exchange.awaitsAnyone || !fullFarms.contains(ObjectIdentifier(farm)) else {
                return false
            }
            if exchange.goOn() { return true }
            // Whoever waits for one member says nothing of the others.
            if exchange.awaitsAnyone { fullFarms.append(ObjectIdentifier(farm)) }
            return false
        }
    }

    /// Tells those whose time is over, and lets those try again who wait for a member's time in error to end.
    func onDeadline() {
        let now = loop.nowMillis
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

    func onReady(_ readiness: Readiness) {}

    /// Hands each request to `body`, in the order in which they came.
    ///
    /// - Parameter body: returns whether the request has left.
    private func forEach(_ body: (Exchange, inout Entry) -> Bool) {
        // What leaves may bring the next request of its client in.
        let current = entries
        entries = []
        var kept: [Entry] = []
        for var entry in current where entry.exchange.ticket == entry.ticket {
            if !body(entry.exchange, &entry), entry.exchange.ticket == entry.ticket { kept.append(entry) }
        }
        entries = kept + entries
        setTimer()
    }

    private func setTimer() {
        guard let next = entries.map({ min($0.deadline, $0.retry) }).min() else { return }
        let timer = timer ?? loop.registerTimer(handler: self)
        self.timer = timer
        loop.setDeadline(timer, after: max(0, next - loop.nowMillis))
    }
}
