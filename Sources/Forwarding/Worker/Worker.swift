import Reactor

/// One thread of the edge: its event loop, and what there is on it.
///
/// Everything here is touched by this worker's thread alone; what others may touch is in ``WorkerHandle``.
final class Worker: EventLoopDelegate {
    private let handle: WorkerHandle
    private let loop: EventLoop
    private let bench: Bench
    private let clients: Clients
    private let waitingTimer: WaitingTimer
    private let reserveTimer: ReserveTimer
    private let nextTurnTimer: NextTurnTimer
    private let shedding: Shedding
    private let server: Mailbox<ServerMessage>

    init(
        handle: WorkerHandle, loop: EventLoop, siblings: [WorkerHandle], server: Mailbox<ServerMessage>, edge: Edge,
        log: LogSlab, events: EventLog, measures: Measures?, files: FileThreads, spoolRoom: SpoolRoom,
        passwords: PasswordThread
    ) {
        self.handle = handle
        self.loop = loop
        self.server = server
        let onFileDone: @Sendable (FileJob) -> Void = { [mailbox = handle.mailbox] in mailbox.post(.fileDone($0)) }
        let onPasswordDone: @Sendable (PasswordJob, PasswordJob.Verdict) -> Void = { [mailbox = handle.mailbox] in
            mailbox.post(.passwordDone($0, $1))
        }
        bench = Bench(
            worker: handle.index, edge: edge, clock: loop.clock, signal: handle.room, siblings: siblings,
            journal: Journal(clock: loop.clock, log: log, events: events, measures: measures, worker: handle.index),
            random: RandomNumbers(),
            spoolRoom: spoolRoom,
            onFileJob: { files.submit($0, onDone: onFileDone) },
            onPasswordJob: { passwords.submit($0, onDone: onPasswordDone) })
        clients = Clients(loop: loop, bench: bench, handle: handle, siblings: siblings, server: server)
        waitingTimer = WaitingTimer(loop: loop, bench: bench)
        reserveTimer = ReserveTimer(loop: loop, bench: bench, clients: clients)
        shedding = Shedding(loop: loop, bench: bench, clients: clients)
        nextTurnTimer = NextTurnTimer(loop: loop, bench: bench)
        bench.members.connector = self
        reserveTimer.start()
    }

    func onWake() {
        for message in handle.mailbox.takeAll() {
            switch message {
            case .adopt(let accepted): clients.adopt(accepted)
            case .accept: clients.lookAgain()
            case .install(let installation): if let installation = installation.take() { install(installation) }
            case .memberFreed:
                handle.room.beginLooking()
                bench.members.requestQueue.onRoom()
            case .fileDone(let job): bench.files.onDone(job)
            case .passwordDone(let job, let verdict): bench.passwords.onDone(job, verdict)
            case .pulse: server.post(.turned(worker: handle.index))
            case .survey(let survey): survey.answer(report(for: survey), of: handle.index)
            case .announceEnd(let isLeaving): clients.announceEnd(isLeaving)
            case .shed(let order): shedding.begin(order)
            case .drain: clients.drain()
            case .cut: clients.cut()
            case .end: loop.stop()
            }
        }
    }

    func onTurnEnd() {
        bench.endTurn()
        waitingTimer.follow()
        nextTurnTimer.follow()
        clients.tellLongestIdle()
        bench.journal.handOver()
    }

    /// What it tells of itself when it is asked.
    private func report(for survey: Survey) -> WorkerReport {
        WorkerReport(
            installation: bench.edge.installation, pools: survey.countsPools ? bench.members.poolCounts : [])
    }

    private func install(_ installation: Installation) {
        bench.serve(installation.edge, memories: installation.memories)
        clients.listen(installation.listeners)
        server.post(.installed(worker: handle.index, installation: installation.edge.installation))
    }
}

extension Worker: UpstreamConnector {
    /// Where no descriptor is free, somebody who is idle gives his up.
    func open(_ pool: UpstreamPool, addressIndex: Int) throws(SystemError) -> any PooledUpstream {
        do throws(SystemError) {
            return try pool.open(addressIndex: addressIndex, on: bench, loop: loop)
        } catch {
            guard error.isOutOfDescriptors, bench.members.freeDescriptors() || clients.freeDescriptor() else {
                throw error
            }
            return try pool.open(addressIndex: addressIndex, on: bench, loop: loop)
        }
    }
}
