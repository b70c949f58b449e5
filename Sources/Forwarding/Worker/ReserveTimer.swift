import Reactor

/// Ends the intervals of a worker's reserves (``Reserve``), and has what is too many let go of, some in each turn.
/// Belongs to the loop's thread.
final class ReserveTimer: EventHandler {
    private let loop: EventLoop
    private let bench: Bench
    private let clients: Clients
    private var registration: Registration?
    /// Whether a load has passed: more was let go of than a turn should take.
    private var hasShedMuch = false

    init(loop: EventLoop, bench: Bench, clients: Clients) {
        self.loop = loop
        self.bench = bench
        self.clients = clients
    }

    /// Begins the first interval.
    func start() {
        let registration = loop.registerTimer(handler: self)
        self.registration = registration
        loop.setDeadline(registration, after: WorkerLimits.reserveIntervalMillis)
    }

    func onDeadline() {
        guard let registration else { return }
        loop.setDeadline(registration, after: WorkerLimits.reserveIntervalMillis)
        clients.endInterval()
        bench.endInterval()
        shed()
    }

    func onTurn() {
        shed()
    }

    private func shed() {
        if bench.shed() {
            hasShedMuch = true
            if let registration { loop.resumeNextTurn(registration) }
        } else if hasShedMuch {
            hasShedMuch = false
            clients.handle.noteGivenBack()
        }
    }

    func onReady(_ readiness: Readiness) {}
}
