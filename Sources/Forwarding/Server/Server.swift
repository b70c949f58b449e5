import Glibc
import Logging
import Model
import Reactor

/// The edge as a process: its main thread, which hears signals and what workers report, and its end.
///
/// Everything here runs on the main thread, but for what workers run of their own.
public final class Server {
    /// What reading the configuration came to.
    public enum Loaded: Sendable {
        /// It is valid; the lines say what is most likely not what was meant. It was read from so many files, and those
        /// of members can be read again.
        case configuration(EdgeConfiguration, warnings: [String], fileCount: Int, members: MembersReader? = nil)
        /// It is not; the lines say where and why, and what else would be doubtful.
        case refused([String], warnings: [String])
    }

    /// Reads the configuration, at the start and at each reload, on a thread of its own; may block on the disk.
    public typealias Loader = @Sendable (_ isReload: Bool) -> Loaded

    /// Writes a value of the configuration as it stands in the file.
    public typealias Writer = @Sendable (Datum) -> String

    /// What is served beside clients.
    public enum Room: Sendable {
        /// Operators, by the control socket.
        case control
        /// Prometheus, and who asks how the node is.
        case metrics
    }

    /// Begins to answer what comes in by such a socket, on threads of its own until the process ends. Called on the
    /// main thread, once the first edge is served.
    public typealias Controller = (Room, ListeningSocket, Supervisor) throws -> any ServedRoom

    private let control: Controller
    let supervisor: Supervisor
    private let events: EventLog
    let logger: Logger
    let loop: EventLoop
    private let mailbox: Mailbox<ServerMessage>
    private let signals: SignalDescriptor
    let listening: Listening
    private let accessLog: AccessLog
    let generations: Generations
    let reloads: Reloads
    /// `nil` where this process takes nobody's place.
    private let predecessor: Predecessor?
    /// Starts the process that takes this one's place.
    private(set) lazy var succession = makeSuccession(coding)
    private let coding: Legacy.Coding
    /// Has what is known of members' health for the process that is started next; `nil`: nothing is kept.
    private let verdicts: VerdictFile?
    /// Where whoever is no client is answered.
    private(set) var rooms: [any ServedRoom] = []
    private let health: HealthWatch
    private let memory: MemoryWatch
    private let turns: TurnWatch
    /// `nil` where no service manager has started the process.
    let service: ServiceReport?
    /// How far the process is with ending.
    private var ending: Ending?
    /// Why it ends before it has served anybody.
    private var earlyEnd: EarlyEnd?

    private struct Ending {
        /// Workers with something under way; all of them until the listeners close.
        var left: Set<Int>
        var tally = DrainTally()
        /// Whether a signal has said so; else another process serves.
        var isTold = true
    }

    private enum EarlyEnd {
        case failure(any Error)
        case signal(Int32)
    }

    /// Prepares a server. Blocks its signals, so it must be made before any other thread is started.
    ///
    /// - Parameters:
    ///   - source: where the configuration stands, for people.
    ///   - events: the event log, which is started here.
    ///   - logger: writes to it.
    ///   - control: serves the control socket and metrics, where they are declared.
    ///   - handsOver: whether a service manager keeps the listening sockets for the process that it starts next.
    ///   - coding: of what this process leaves to one that takes its place, or is started after it.
    ///   - stateFolder: where it may leave that; `nil`: nowhere.
    ///   - write: writes a value of the configuration, for receipts.
    ///   - load: reads the configuration.
    public init(
        source: String, events: EventLog, logger: Logger, control: @escaping Controller, handsOver: Bool = false,
        coding: Legacy.Coding, stateFolder: String? = nil, write: @escaping Writer, load: @escaping Loader
    ) throws {
        self.control = control
        self.events = events
        self.logger = logger
        self.coding = coding
        signal(SIGPIPE, SIG_IGN)
        // A file that has all that it may have cannot be written; the process goes on.
        signal(SIGXFSZ, SIG_IGN)
        signals = try SignalDescriptor(blocking: [SIGHUP, SIGUSR1, SIGUSR2, SIGTERM, SIGINT])
        loop = try EventLoop()
        mailbox = Mailbox(waker: loop.waker)
        supervisor = Supervisor(events: events, source: source, server: mailbox)
        generations = try Generations(supervisor: supervisor, server: mailbox, events: events)
        try events.start()
        let descriptors = DescriptorBudget(
            limit: ProcessLimits.raiseDescriptors(), open: ProcessLimits.openDescriptorCount(),
            cores: Generations.coreCount)
        predecessor = Predecessor(coding: coding, logger: logger)
        listening = try Listening(loop: loop, logger: logger, predecessor: predecessor)
        accessLog = AccessLog(events: events)
        health = HealthWatch(loop: loop, logger: logger)
        memory = MemoryWatch(loop: loop, logger: logger, generations: generations, supervisor: supervisor)
        try ThreadStack.prepare()
        turns = TurnWatch(loop: loop, events: events)
        service = ServiceReport(logger: logger, handsOver: handsOver)
        let greeting = Self.greeting(load, source: source, events: events)
        verdicts = stateFolder.map { [loop] in VerdictFile(folder: $0, coding: coding, loop: loop, events: events) }
        reloads = Reloads(
            Reloads.Reader(load: greeting, write: write, verdicts: verdicts), loop: loop, server: mailbox,
            logger: logger, supervisor: supervisor, descriptors: descriptors, generations: generations,
            listening: listening,
            accessLog: accessLog, service: service, predecessor: predecessor)
    }

    /// Says who is there once the first configuration is read.
    private static func greeting(_ load: @escaping Loader, source: String, events: EventLog) -> Loader {
        { isReload in
            let loaded = load(isReload)
            guard !isReload, case .configuration(let configuration, _, _, _) = loaded else { return loaded }
            events.heed(configuration.events)
            events.write(.info, "martlet \(Version.current), process \(getpid()), configuration: \(source)")
            if ProcessLimits.isRoot, configuration.user == nil {
                events.write(
                    .warning,
                    """
                    this runs as root, and so would whoever finds a fault in it: name a user of its own in the \
                    configuration, such as user: martlet, or run it as one, for ports below 1024 with \
                    CAP_NET_BIND_SERVICE (User= and AmbientCapabilities= in systemd's unit)
                    """)
            }
            return loaded
        }
    }

    /// Serves until a signal ends it.
    ///
    /// - Returns: the exit code: 0 after a drain, 128 + n after a second signal, or after a first one before anybody is
    ///   served.
    /// - Throws: ``StartError`` when it cannot begin to serve.
    public func run() throws -> Int32 {
        let reader = ClosureHandler { [unowned self] in onSignals() }
        _ = try loop.registerReader(signals.descriptor, handler: reader)
        try reloads.start()
        loop.run(self)
        // Nobody reads the descriptor any more; what is left takes as long as the logs have for it.
        signals.endProcess(on: [SIGTERM, SIGINT])
        reloads.close()
        reloads.join()
        switch earlyEnd {
        case .failure(let error):
            predecessor?.tellRefused(StartError.lines(of: error).joined(separator: "; "))
            throw error
        case .signal(let number):
            events.finish()
            return 128 + number
        case nil: break
        }
        generations.join()
        // Whoever has asked for this end is to hear of it.
        for room in rooms { room.finish() }
        // Another process that serves knows better.
        if !succession.isOver, let edge = generations.newest?.edge { verdicts?.finish(edge) }
        listening.close()
        let unwritten = accessLog.finish()
        if unwritten > 0 { logger.warning("the access log took no more; lines lost at the end: \(unwritten)") }
        if let words = ending?.tally.words { logger.warning("the drain time is over: \(words)") }
        memory.sumUp()
        events.sumUp()
        logger.info("ended")
        events.finish()
        return 0
    }

    // MARK: - Signals

    private func onSignals() {
        while let number = signals.next() {
            switch number {
            case SIGHUP:
                succession.noteReload()
                reloads.ask(.signal)
            case SIGUSR1: reloads.reopenLog()
            case SIGUSR2: upgrade { _ in }
            default: end(number)
            }
        }
    }

    /// Stops accepting and waits for what is under way; a second signal ends at once.
    private func end(_ number: Int32) {
        if ending?.isTold == false {
            ending?.isTold = true
            return logger.info("ending already, as another process serves; a second signal ends this one at once")
        }
        // At once: not after what libraries do at an exit.
        if isEnding { _exit(128 + number) }
        reloads.close()
        guard let timeouts = generations.newest?.edge.configuration.timeouts else {
            return endEarly(.signal(number))
        }
        ending = Ending(left: Set(generations.workers.map(\.handle.index)))
        succession.abandon("this one ends")
        guard timeouts.drainDelay > 0, generations.isServing else { return drain(timeouts.drain) }
        supervisor.leave()
        let time = TimeWords.words(milliseconds: Int64(timeouts.drainDelay))
        logger.info("ending: /readyz says 503, listeners close in \(time)")
        service?.stopping("ending: listeners close in \(time)", drainMillis: timeouts.drainDelay + timeouts.drain)
        let timer = loop.registerTimer(handler: ClosureHandler { [unowned self] in drain(timeouts.drain) })
        loop.setDeadline(timer, after: timeouts.drainDelay)
    }

    /// Whether the process ends.
    var isEnding: Bool { ending != nil || earlyEnd != nil }

    /// Waits for what is under way while another process serves.
    func endReplaced(by process: Int) {
        logger.info("process \(process) serves in place of this one")
        reloads.close()
        ending = Ending(left: Set(generations.workers.map(\.handle.index)), isTold: false)
        guard let timeouts = generations.newest?.edge.configuration.timeouts else { return }
        drain(timeouts.drain)
    }

    /// Closes the listeners and waits for what is under way.
    private func drain(_ drainMillis: Int) {
        if generations.isServing { supervisor.leave() }
        let time = TimeWords.words(milliseconds: Int64(drainMillis))
        logger.info(
            """
            ending: no more connections are accepted, exchanges have \(time) to end\(generations.openTunnels)
            """)
        let timer = loop.registerTimer(handler: ClosureHandler { [generations] in generations.tell(.cut) })
        loop.setDeadline(timer, after: drainMillis)
        if !succession.isOver {
            service?.handOver(listening.sockets)
            service?.stopping("ending: exchanges have \(time) to end", drainMillis: drainMillis)
        }
        generations.tell(.drain)
    }

    private func endEarly(_ end: EarlyEnd) {
        earlyEnd = end
        loop.stop()
    }

    private func onTurn(_ worker: Int) {
        turns.onTurn(worker)
        service?.onTurn(worker)
    }

    private func onDrained(_ worker: Int, _ tally: DrainTally) {
        ending?.left.remove(worker)
        ending?.tally.add(tally)
        // Who was drained may have been handed a connection by one that was not; it reports again then.
        guard ending?.left.isEmpty ?? false, generations.workers.allSatisfy({ $0.handle.connectionCount == 0 })
        else { return }
        generations.tell(.end)
        loop.stop()
    }

    // MARK: - Edges

    private func onInstalled(_ worker: Int, installation: Int) {
        guard let draft = generations.acknowledge(worker, installation: installation) else { return }
        listening.settle(draft.edge)
        health.install(draft.edge)
        memory.install(draft.edge)
        if installation == 1 { welcome(draft.edge.configuration) }
        reloads.onServed()
        for identity in draft.identities { logger.info("serving certificate \(identity)") }
        reloads.goOn()
    }

    /// Says that clients and operators may come.
    private func welcome(_ configuration: EdgeConfiguration) {
        if predecessor?.legacy?.isNodeDrained ?? false { _ = try? supervisor.drainNode() }
        beginControl()
        for (socket, listener) in zip(listening.sockets, configuration.listeners) {
            logger.info("listening on \(socket.address)\(listener.tls == nil ? "" : " (tls)")")
        }
        predecessor?.tellServing()
        verdicts?.begin { [unowned self] in succession.isOver ? nil : generations.newest?.edge }
        service?.ready("generation 1 is served by every worker")
        service?.watch(generations, on: loop)
        turns.watch(generations)
    }

    private func beginControl() {
        if let socket = listening.control {
            begin(.control, at: socket, "control socket: \(socket.address.unixPath)", "the control socket is")
        }
        if let socket = listening.metrics {
            begin(.metrics, at: socket, "metrics: \(socket.address)", "metrics are")
        }
    }

    private func begin(_ room: Room, at socket: ListeningSocket, _ words: String, _ subject: String) {
        do {
            rooms.append(try control(room, socket, supervisor))
            logger.info("\(words)")
        } catch {
            logger.error("\(subject) not served: \(error)")
        }
    }
}

extension Server: EventLoopDelegate {
    /// Handles what workers report, and what was asked for and read.
    public func onWake() {
        for message in mailbox.takeAll() {
            do {
                try handle(message)
            } catch {
                endEarly(.failure(error))
            }
        }
    }

    private func handle(_ message: ServerMessage) throws {
        switch message {
        case .installed(let worker, let installation): onInstalled(worker, installation: installation)
        case .turned(let worker): onTurn(worker)
        case .recovered: generations.announceRoom()
        case .reload(let answer):
            succession.noteReload()
            reloads.ask(.control, answer)
        case .close(let site, let isClosed, let answer):
            if supervisor.isHandedOver { return answer(.failure(.isHandedOver)) }
            reloads.close(site, isClosed, answer)
        case .upgrade(let answer): upgrade(answer)
        case .rejected(let lines, let warnings): try reloads.onRejected(lines, warnings: warnings)
        case .gathered(let gathering): try reloads.onGathered(gathering)
        case .named(let name, let answer): reloads.onNamed(name, answer)
        case .drained(let worker, let tally): onDrained(worker, tally)
        }
    }

    /// Nothing is put off to the end of a turn.
    public func onTurnEnd() {}
}
