import Balancing
import Reactor

/// The requests of a worker that wait for a member, served in the order in which they came: one that could go to
/// anybody does not overtake those that wait for anybody. A session whose own member has room does not wait.
///
/// They try again when an exchange ends while some member has a `max`, on whatever worker; when a member's time in
/// error is over; and when a new configuration is served. When their own time is over they are told. A turn costs as
/// many steps as requests leave, and one for each that waits for one member alone. Touched by the worker's thread.
final class WaitingRoom: EventHandler {
    private struct Entry {
        let exchange: Exchange
        /// The exchange's ticket; one that has another has left.
        let ticket: Int
        /// Milliseconds of the loop's clock when its time is over.
        let deadline: Int
        /// When it tries again in any case; `Int.max`: never.
        var retry: Int

        var isWaiting: Bool { exchange.ticket == ticket }
    }

    /// Requests in the order in which they came, among them such as have left meanwhile. A class, as what leaves may
    /// bring the next request of its client in while the line is gone through.
    private final class Line {
        var entries: [Entry] = []
        /// Those before it have left.
        private var first = 0
        /// How many have not left.
        var count = 0

        /// Forgets those who have left, if they are the most.
        func tidy() {
            guard entries.count > 2 * count + 16 else { return }
            entries.removeAll { !$0.isWaiting }
            first = 0
        }

        /// Forgets all.
        func removeAll() {
            (entries, first, count) = ([], 0, 0)
        }

        /// Hands out those who have not left, in their order, and such as come in meanwhile.
        ///
        /// - Parameter body: may change when the request tries again; returns whether to go on.
        func visit(_ body: (inout Entry) -> Bool) {
            while first < entries.count, !entries[first].isWaiting { first += 1 }
            var index = first
            while index < entries.count {
                var entry = entries[index]
                if entry.isWaiting {
                    let goesOn = body(&entry)
                    entries[index].retry = entry.retry
                    guard goesOn else { return }
                }
                index += 1
            }
        }
    }

    private let loop: EventLoop
    private let handle: WorkerHandle
    private var timer: Registration?
    /// Those who wait for anybody, by their balancer.
    private var lines: [ObjectIdentifier: Line] = [:]
    /// Those who wait for one member, or for their turn to move.
    private let others = Line()
    private var count = 0
    private var lastTicket = 0
    /// Those who have come in this turn.
    private var newcomers: [Entry] = []
    /// Whether all are to try again at the end of the turn.
    private var isDue = false
    /// When somebody's time is over, or somebody tries again; milliseconds of the loop's clock.
    private var next = Int.max

    init(loop: EventLoop, handle: WorkerHandle) {
        self.loop = loop
        self.handle = handle
    }

    /// Whether requests wait for anybody of a balancer.
    func isAwaited(_ farm: Farm) -> Bool {
        count > 0 && lines[ObjectIdentifier(farm)] != nil
    }

    /// Lets a request wait.
    ///
    /// - Parameters:
    ///   - millis: how long, until ``Exchange/onWaitOver()``.
    ///   - retry: milliseconds of the loop's clock when it tries again in any case; `Int.max`: never.
    func enter(_ exchange: Exchange, for millis: Int, retryingAt retry: Int) {
        lastTicket += 1
        exchange.ticket = lastTicket
        let entry = Entry(exchange: exchange, ticket: lastTicket, deadline: loop.nowMillis + millis, retry: retry)
        put(entry)
        count += 1
        handle.setWaiting(count)
        // What was freed before this worker said that it waits was not announced to it.
        newcomers.append(entry)
        next = min(next, entry.deadline, retry)
        setTimer()
    }

    /// A request waits no longer.
    func leave(_ exchange: Exchange) {
        guard exchange.ticket != 0 else { return }
        exchange.ticket = 0
        count -= 1
        handle.setWaiting(count)
        guard let line = line(of: exchange) else { return }
        line.count -= 1
        if line.count == 0, line !== others, let farm = exchange.farm { lines[ObjectIdentifier(farm)] = nil }
    }

    /// A member may have room: the requests try again at the end of the turn.
    func onRoom() {
        guard count > 0 else { return }
        isDue = true
        // The turn may have ended for the requests already.
        setTimer()
    }

    /// A new configuration is served: the requests go by it.
    func move(to edge: Edge) {
        let all = ([others] + lines.values).flatMap(\.entries).filter(\.isWaiting).sorted { $0.ticket < $1.ticket }
        lines = [:]
        others.removeAll()
        for entry in all {
            entry.exchange.moveWhileWaiting(to: edge)
            put(entry)
        }
        onRoom()
    }

    /// Lets the requests try again whose member may have room.
    func onTurnEnd() {
        guard isDue || !newcomers.isEmpty else { return }
        let isDue = isDue
        let newcomers = newcomers
        self.isDue = false
        self.newcomers.removeAll(keepingCapacity: true)
        if isDue {
            for line in Array(lines.values) { serve(line) }
            others.visit { entry in
                _ = entry.exchange.goOn()
                return true
            }
        } else {
            var served: Line?
            for newcomer in newcomers where newcomer.isWaiting {
                guard newcomer.exchange.awaitsAnyone else {
                    _ = newcomer.exchange.goOn()
                    continue
                }
                guard let line = line(of: newcomer.exchange), line !== served else { continue }
                serve(line)
                served = line
            }
        }
        others.tidy()
        setTimer()
    }

    /// Tells those whose time is over, and lets those try again who wait for a member's time in error to end.
    func onDeadline() {
        let now = loop.nowMillis
        guard now >= next else { return setTimer() }
        next = .max
        for line in [others] + lines.values {
            line.visit { entry in
                if entry.deadline <= now {
                    entry.exchange.onWaitOver()
                } else if entry.retry <= now, !entry.exchange.goOn() {
                    entry.retry = entry.exchange.recoveryMillis
                }
                if entry.isWaiting { next = min(next, entry.deadline, entry.retry) }
                return true
            }
            line.tidy()
        }
        setTimer()
    }

    func onReady(_ readiness: Readiness) {}

    private func line(of exchange: Exchange) -> Line? {
        guard exchange.awaitsAnyone else { return others }
        return exchange.farm.flatMap { lines[ObjectIdentifier($0)] }
    }

    private func put(_ entry: Entry) {
        var line = others
        if entry.exchange.awaitsAnyone, let farm = entry.exchange.farm {
            line = lines[ObjectIdentifier(farm)] ?? Line()
            lines[ObjectIdentifier(farm)] = line
        }
        line.entries.append(entry)
        line.count += 1
    }

    /// Serves a line from its front until somebody finds nobody; whom members have failed says nothing of the others.
    private func serve(_ line: Line) {
        line.visit { entry in entry.exchange.goOn() || !entry.exchange.tried.isEmpty }
        line.tidy()
    }

    private func setTimer() {
        let isPending = isDue || !newcomers.isEmpty
        guard isPending || next != .max else { return }
        let timer = timer ?? loop.registerTimer(handler: self)
        self.timer = timer
        loop.setDeadline(timer, after: isPending ? 0 : max(0, next - loop.nowMillis))
    }
}
