import Logging
import Model
import Reactor

/// Looks each second at the process's memory and at what was refused, off every request's way: has workers let go of
/// what they can spare, gives free memory back to the system, and tells once a period what was refused by which limit.
///
/// Belongs to the main thread. A look at which there is nothing to do allocates nothing.
final class MemoryWatch {
    private let loop: EventLoop
    private let logger: Logger
    private let generations: Generations
    private let supervisor: Supervisor
    private var guardian: MemoryGuard?
    private var trim = HeapTrim()
    /// Looks since the heap was trimmed, and what had been let go of then.
    private var looks = 0
    private var trimmed: EdgeStatus.Shed?
    private var report: RefusalReport?
    private var timer: Registration?

    init(loop: EventLoop, logger: Logger, generations: Generations, supervisor: Supervisor) {
        self.loop = loop
        self.logger = logger
        self.generations = generations
        self.supervisor = supervisor
    }

    /// Holds the process to what this edge says, from here on.
    func install(_ edge: Edge) {
        let ceiling = MemoryCeiling(edge.configuration.limits, groupBytesMax: ControlGroup.memoryBytesMax())
        if ceiling != guardian?.ceiling {
            if let ceiling { logger.info("\(ceiling.words)") } else { logger.info("limits.memory is off") }
            if guardian?.isFull ?? false { generations.tell(.shed(ShedOrder(bytes: 0, isFull: false))) }
            guardian = ceiling.map { MemoryGuard($0) }
            supervisor.note(ceiling)
        }
        guard timer == nil else { return }
        let limiters = edge.limiters
        report = RefusalReport(limiters.refusals.now, limiters.shed.now, now: loop.clock.nowMillis)
        timer = loop.registerTimer(handler: ClosureHandler { [unowned self] in look() })
        setTimer()
    }

    /// Tells what was not told yet: the process ends.
    func sumUp() {
        tell(isEnding: true)
    }

    private func setTimer() {
        if let timer { loop.setDeadline(timer, after: MemoryLimits.lookMillis) }
    }

    private func look() {
        setTimer()
        looks += 1
        tell()
        trimWhereCalm()
        holdToCeiling()
    }

    /// Gives back what is free after a load.
    private func trimWhereCalm() {
        var (connections, hasGivenBack) = (0, false)
        for worker in generations.workers {
            connections += worker.handle.connectionCount
            if worker.handle.takeGivenBack() { hasGivenBack = true }
        }
        if trim.isDue(connections: connections, hasGivenBack: hasGivenBack, now: loop.clock.nowMillis) { trimHeap() }
    }

    private func trimHeap() {
        ProcessLimits.trimHeap()
        looks = 0
        trimmed = generations.newest?.edge.limiters.shed.now
    }

    private func holdToCeiling() {
        guard var guardian else { return }
        var resident = ProcessUsage.residentBytesNow()
        if guardian.isTight(resident), mayTrim {
            // What was let go of is free, and not the system's yet.
            trimHeap()
            resident = ProcessUsage.residentBytesNow()
        }
        guard guardian.isTight(resident) || guardian.isFull else { return }
        let workers = generations.workers
        let orders = guardian.orders(resident: resident, connections: workers.map(\.handle.connectionCount))
        self.guardian = guardian
        for (worker, order) in zip(workers, orders ?? []) { worker.handle.mailbox.post(.shed(order)) }
    }

    private var mayTrim: Bool {
        looks >= MemoryLimits.looksPerTrim || generations.newest?.edge.limiters.shed.now != trimmed
    }

    private func tell(isEnding: Bool = false) {
        guard let limiters = generations.newest?.edge.limiters else { return }
        let line = report?.line(
            limiters.refusals.now, limiters.shed.now, now: loop.clock.nowMillis, isEnding: isEnding)
        if let line { logger.warning("\(line)") }
    }
}
