import Balancing
import Glibc
import Logging
import Model
import Reactor
import TLS

/// The edge as a process: the main thread with its listening sockets, workers, signals and reloads.
///
/// Everything here runs on the main thread, but for what workers run of their own.
public final class Server {
    /// What reading the configuration came to.
    public enum Loaded: Sendable {
        /// It is valid; the lines say what is most likely not what was meant.
        case configuration(EdgeConfiguration, warnings: [String])
        /// It is not; the lines say where and why, and what else would be doubtful.
        case refused([String], warnings: [String])
    }

    /// Reads the configuration, at the start and at each SIGHUP, then on a thread of its own; may block on the disk.
    public typealias Loader = @Sendable (_ isReload: Bool) -> Loaded

    /// Writes a value of the configuration as it stands in the file.
    public typealias Writer = @Sendable (Datum) -> String

    /// Begins to answer what comes in by the control socket, on threads of its own until the process ends. Called on
    /// the main thread, once the first edge is served.
    public typealias Controller = (ListeningSocket, Supervisor) throws -> Void

    private let source: String
    let load: Loader
    let write: Writer
    let control: Controller
    let supervisor: Supervisor
    private let events: EventLog
    let logger: Logger
    let loop: EventLoop
    let mailbox: Mailbox<ServerMessage>
    private let signals: SignalDescriptor
    let builder: EdgeBuilder
    private let descriptors: DescriptorBudget
    var workers: [WorkerThread] = []
    var logWriter: LogWriter?
    var edge: Edge?
    var sockets: [ListeningSocket] = []
    var controlSocket: ListeningSocket?
    var heartbeats: (receiver: HeartbeatReceiver, registration: Registration)?
    /// Workers that have not taken over the newest edge yet.
    var awaited: Set<Int> = []
    /// Sockets that no worker will wait on once all have taken over.
    var leaving: [ListeningSocket] = []
    var desk = ReloadDesk()
    /// What is being read for the next edge.
    var gatherer: Gatherer?
    /// Why the configuration is not served that was read in the reload that goes on.
    var rejection: (lines: [String], warnings: [String])?
    /// What is said and kept of what was read, once every worker serves it.
    var arrival: Arrival?
    /// Looks for names' addresses again.
    var nameTimer: Registration?
    var ending: Ending?

    /// How far the process is with ending.
    struct Ending {
        let signal: Int32
        let timer: Registration
        /// Workers with something under way.
        var left: Set<Int>
        var tally = DrainTally()
    }

    /// Prepares a server. Blocks its signals, so it must be made before any other thread is started.
    ///
    /// - Parameters:
    ///   - source: where the configuration stands, for people.
    ///   - events: the event log, which is started here.
    ///   - logger: writes to it.
    ///   - control: serves the control socket, where one is declared.
    ///   - write: writes a value of the configuration, for receipts.
    ///   - load: reads the configuration.
    public init(
        source: String, events: EventLog, logger: Logger, control: @escaping Controller, write: @escaping Writer,
        load: @escaping Loader
    ) throws {
        self.source = source
        self.write = write
        self.load = load
        self.control = control
        self.events = events
        self.logger = logger
        signal(SIGPIPE, SIG_IGN)
        signals = try SignalDescriptor(blocking: [SIGHUP, SIGTERM, SIGINT])
        loop = try EventLoop()
        mailbox = Mailbox(waker: loop.waker)
        supervisor = Supervisor(events: events, source: source, server: mailbox)
        builder = try EdgeBuilder()
        try events.start()
        descriptors = DescriptorBudget(
            limit: ProcessLimits.raiseDescriptors(), open: ProcessLimits.openDescriptorCount(), cores: Self.coreCount)
    }

    /// Serves until a signal ends it.
    ///
    /// - Returns: the exit code: 0 after a drain, 128 + n after a second signal.
    /// - Throws: ``StartError`` when it cannot begin to serve.
    public func run() throws -> Int32 {
        try start()
        let reader = ClosureHandler { [unowned self] in onSignals() }
        _ = try loop.registerReader(signals.descriptor, handler: reader)
        loop.run(self)
        // Nobody reads the descriptor any more; what is left takes as long as the logs have for it.
        signals.endProcess(on: [SIGTERM, SIGINT])
        gatherer?.hurry()
        gatherer?.join()
        for worker in workers { worker.join() }
        // A UNIX-domain socket's file goes with it.
        workers = []
        sockets = []
        // Its file goes; the descriptor that the control room has of it ends with the process.
        controlSocket = nil
        let unwritten = logWriter?.finish(withinMillis: LogLimits.lastFlushMillis) ?? 0
        if unwritten > 0 { logger.warning("the access log took no more; lines lost at the end: \(unwritten)") }
        if let words = ending?.tally.words { logger.warning("the drain time is over: \(words)") }
        events.sumUp()
        logger.info("ended")
        events.finish()
        return 0
    }

    // MARK: - Start

    private func start() throws {
        let gathering: Gathering
        switch load(false) {
        case .configuration(let configuration, let warnings):
            logger.info("martlet \(Version.current), process \(getpid()), configuration: \(source)")
            if ProcessLimits.isRoot { warnOfRoot() }
            let fitted = try fit(configuration)
            // Nothing has begun that would have to end in order, and names may take long.
            gathering = signals.endingProcess(on: [SIGTERM, SIGINT]) {
                Gathering(.configuration, fitted, warnings: warnings)
            }
        case .refused(let lines, _): throw StartError(lines: lines)
        }
        let configuration = gathering.configuration
        let draft = try builder.draft(gathering, previous: nil)
        guard draft.faults.isEmpty else { throw StartError(lines: draft.faults.map { "error: \($0)" }) }
        for line in draft.warnings { logger.warning("\(line)") }
        sockets = try openSockets(configuration, known: []).map(\.socket)
        controlSocket = try configuration.controlSocketPath.map(Self.openControlSocket)
        try hear(try openHeartbeats(configuration), for: draft.edge)
        let queue = try startLog(try openLog(configuration))
        edge = draft.edge
        try startWorkers(draft, queue: queue)
        install(draft, try parts(draft))
    }

    private func warnOfRoot() {
        logger.warning(
            """
            this runs as root, and so would whoever finds a fault in it: run it as a user of its own, for ports below \
            1024 with CAP_NET_BIND_SERVICE (User= and AmbientCapabilities= in systemd's unit)
            """)
    }

    /// What each worker gets for itself: its TLS by the listeners, and what it has of the balancers.
    typealias Parts = (contexts: [TLSContext?], memories: [AffinityMemory?])

    func parts(_ draft: EdgeDraft) throws -> [Parts] {
        try workers.map { worker in
            (
                try builder.contexts(draft, library: worker.library),
                try builder.memories(draft, library: worker.library)
            )
        }
    }

    private func startWorkers(_ draft: EdgeDraft, queue: LogQueue) throws {
        let count = draft.edge.configuration.workers ?? Self.coreCount
        workers = try WorkerThread.start(count, edge: draft.edge, server: mailbox, queue: queue, events: events)
    }

    private static var coreCount: Int { max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN))) }

    /// Lowers `limits.connections` to what there are descriptors for.
    func fit(_ configuration: EdgeConfiguration) throws -> EdgeConfiguration {
        let (fitted, warning) = try descriptors.fit(configuration)
        if let warning { logger.warning("\(warning)") }
        return fitted
    }

    /// Starts the thread of the access log.
    private func startLog(_ file: AppendOnlyFile?) throws -> LogQueue {
        let events = events
        let queue = try LogQueue(slabsMax: LogLimits.queuedSlabsMax) {
            events.write(.warning, "the access log takes too little: its queue is full, and lines are lost")
        }
        let reports = LogWriter.Reports(
            onFailure: { file, error in
                events.write(.warning, "the access log \(file.path) cannot be written: \(error); lines are lost")
            },
            onLost: { lines in events.write(.warning, "the access log goes on; lines lost: \(lines)") })
        logWriter = try LogWriter(name: "log", queue: queue, file: file, reports: reports)
        return queue
    }

    func openLog(_ configuration: EdgeConfiguration) throws -> AppendOnlyFile? {
        switch configuration.accessLog?.destination {
        case nil: return nil
        case .standardOutput: return try AppendOnlyFile(.output)
        case .file(let path):
            do {
                return try AppendOnlyFile(path: path)
            } catch {
                throw StartError(lines: ["error: log.access.path: \(path): \(error)"])
            }
        }
    }

    /// Opens the listening sockets that are declared, keeping those that are open already.
    func openSockets(
        _ configuration: EdgeConfiguration, known: [ListeningSocket]
    ) throws -> [(socket: ListeningSocket, isNew: Bool)] {
        // Several listeners may ask for any free port of one address: each keeps its own.
        var open = Array(zip(edge?.configuration.listeners.map(\.address) ?? [], known))
        return try configuration.listeners.map { listener in
            if let index = open.firstIndex(where: { $0.0 == listener.address }) {
                return (open.remove(at: index).1, false)
            }
            guard let address = SocketAddress(listener.address) else {
                throw StartError(lines: ["error: \(listener.address) is not an address"])
            }
            do {
                return (try ListeningSocket(address), true)
            } catch {
                throw StartError(lines: ["error: cannot listen on \(listener.address): \(error)"])
            }
        }
    }

    /// Opens the socket for heartbeats that is declared, or keeps the one that is open already.
    func openHeartbeats(_ configuration: EdgeConfiguration) throws(StartError) -> HeartbeatReceiver? {
        guard let address = configuration.heartbeatAddress else { return nil }
        if let receiver = heartbeats?.receiver, receiver.declared == address { return receiver }
        return try HeartbeatReceiver(address, logger: logger)
    }

    /// Listens there and no longer at the place before.
    func hear(_ receiver: HeartbeatReceiver?, for edge: Edge) throws(StartError) {
        guard receiver !== heartbeats?.receiver else { return }
        // Members are the same before and after a reload; a new one may be heard of before it is served.
        receiver?.install(edge)
        let next = try receiver.map { receiver throws(StartError) in
            (receiver: receiver, registration: try receiver.register(in: loop))
        }
        if let old = heartbeats { loop.deregister(old.registration) }
        heartbeats = next
        if let receiver { logger.info("listening for heartbeats on \(receiver.address) (udp)") }
    }

    /// Gives every worker what it needs of a new edge.
    func install(_ draft: EdgeDraft, _ parts: [Parts]) {
        let now = Int64(loop.clock.nowMillis)
        for balancer in draft.edge.balancers {
            let name = balancer.configuration.name
            let old = edge?.balancers.first { $0.configuration.name == name }
            if let old, old !== balancer { balancer.takeOver(from: old, now: now) }
        }
        edge = draft.edge
        builder.keep(draft)
        awaited = Set(workers.map(\.handle.index))
        for (worker, own) in zip(workers, parts) {
            let listeners = zip(zip(sockets, own.contexts), draft.edge.configuration.listeners).map { pair, listener in
                Installation.Part(socket: pair.0, context: pair.1, protocols: listener.protocols)
            }
            let installation = Installation(edge: draft.edge, listeners: listeners, memories: own.memories)
            worker.handle.mailbox.post(.install(Handover(installation)))
        }
    }

    // MARK: - Signals

    private func onSignals() {
        while let number = signals.next() {
            switch number {
            case SIGHUP:
                ask(.signal)
            default:
                end(number)
            }
        }
    }

    /// Stops accepting and waits for what is under way; a second signal ends at once.
    private func end(_ number: Int32) {
        // At once: not after what libraries do at an exit.
        if ending != nil { _exit(128 + number) }
        let drainMillis = edge?.configuration.timeouts.drain ?? 0
        let time = TimeWords.words(milliseconds: Int64(drainMillis))
        logger.info("ending: no more connections are accepted, exchanges have \(time) to end\(openTunnels)")
        let timer = loop.registerTimer(handler: ClosureHandler { [unowned self] in cut() })
        loop.setDeadline(timer, after: drainMillis)
        ending = Ending(signal: number, timer: timer, left: Set(workers.map(\.handle.index)))
        for worker in workers { worker.handle.mailbox.post(.drain) }
        desk.close()
    }

    /// How many tunnels are open to which members, for the log.
    private var openTunnels: String {
        let members = (edge?.balancers ?? []).flatMap { balancer in
            balancer.chooser.members.filter { $0.state.tunnelCount > 0 }.map { member in
                "\(balancer.configuration.name)/\(member.name) \(member.state.tunnelCount)"
            }
        }
        return members.isEmpty ? "" : "; open tunnels: " + members.joined(separator: ", ")
    }

    private func cut() {
        for worker in workers { worker.handle.mailbox.post(.cut) }
    }

    private func onDrained(_ worker: Int, _ tally: DrainTally) {
        ending?.left.remove(worker)
        ending?.tally.add(tally)
        // Who was drained may have been handed a connection by one that was not; it reports again then.
        guard ending?.left.isEmpty ?? false, workers.allSatisfy({ $0.handle.connectionCount == 0 }) else { return }
        for worker in workers { worker.handle.mailbox.post(.end) }
        loop.stop()
    }
}

extension Server: EventLoopDelegate {
    /// Handles what workers report.
    public func onWake() {
        for message in mailbox.takeAll() {
            switch message {
            case .installed(let worker, let installation): onInstalled(worker, installation: installation)
            case .reload(let answer): ask(.control, answer)
            case .rejected(let lines, let warnings): onRejected(lines, warnings: warnings)
            case .gathered(let gathering): onGathered(gathering)
            case .drained(let worker, let tally): onDrained(worker, tally)
            }
        }
    }

    /// Nothing is put off to the end of a turn.
    public func onTurnEnd() {}
}
