import Logging
import Reactor

/// Asks each worker once a second whether it turns, and ends the process where one stands still, so that whoever
/// supervises it starts it anew: what stands still serves nobody, and holds what its clients wait for.
///
/// Belongs to the main thread.
final class TurnWatch {
    /// Milliseconds between two rounds.
    static let roundMillis = 1_000
    /// How the process ends then (`EX_SOFTWARE` of sysexits).
    static let exitStatus: Int32 = 70
    /// How long the thread has to tell its stack.
    private static let stackMillis: Int32 = 1_000
    /// How long the end may take: the worker may hold what the event log needs.
    private static let endSeconds: UInt32 = 5

    private let loop: EventLoop
    private let events: EventLog
    private var timer: Registration?
    /// By the workers' index.
    private var counts: [Standstill] = []
    /// Workers that have not said since they were asked that they turn.
    private var awaited: Set<Int> = []

    init(loop: EventLoop, events: EventLog) {
        self.loop = loop
        self.events = events
    }

    /// Begins.
    func watch(_ generations: Generations) {
        counts = generations.workers.map { _ in Standstill() }
        let timer = loop.registerTimer(handler: ClosureHandler { [unowned self, generations] in look(at: generations) })
        self.timer = timer
        loop.setDeadline(timer, after: Self.roundMillis)
    }

    /// Hears that a worker turns.
    func onTurn(_ worker: Int) {
        guard counts.indices.contains(worker) else { return }
        awaited.remove(worker)
        counts[worker].onTurn()
    }

    private func look(at generations: Generations) {
        if let timer { loop.setDeadline(timer, after: Self.roundMillis) }
        for thread in generations.workers {
            let worker = thread.handle
            if awaited.contains(worker.index) {
                let activity = ThreadActivity(of: worker.thread)
                if counts[worker.index].onSilence(activity) { end(worker, activity) }
            } else {
                awaited.insert(worker.index)
                worker.mailbox.post(.pulse)
            }
        }
    }

    /// Says where the worker stands, and ends the process.
    private func end(_ worker: WorkerHandle, _ activity: ThreadActivity) -> Never {
        ProcessRights.limitLife(seconds: Self.endSeconds)
        let seconds = Standstill.roundsMax * Self.roundMillis / 1_000
        let doing = activity == .waiting ? "waits" : "is busy"
        events.write(
            .critical,
            """
            worker-\(worker.index) has not turned for \(seconds) s and \(doing): the process ends with status \
            \(Self.exitStatus), so that it is started anew; where the worker stands:
            """)
        let frames = ThreadStack.take(of: worker.thread, withinMillis: Self.stackMillis)
        for (index, frame) in (frames ?? ["it does not say"]).enumerated() {
            events.write(.critical, "worker-\(worker.index) #\(index) \(frame)")
        }
        events.finish()
        ProcessRights.end(status: Self.exitStatus)
    }
}
