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
        /// It is not; the lines say where and why.
        case refused([String])
    }

    /// Reads the configuration, at the start and at each SIGHUP, then on a thread of its own; may block on the disk.
    public typealias Loader = @Sendable (_ isReload: Bool) -> Loaded

    /// Begins to answer what comes in by the control socket, on threads of its own until the process ends. Called on
    /// the main thread, once the first edge is served.
    public typealias Controller = (ListeningSocket, Supervisor) throws -> Void

    private let source: String
    private let load: Loader
    private let control: Controller
    private let supervisor: Supervisor
    private let events: EventLog
    private let logger: Logger
    private let loop: EventLoop
    private let mailbox: Mailbox<ServerMessage>
    private let signals: SignalDescriptor
    private let builder: EdgeBuilder
    private let descriptors: DescriptorBudget
    private var workers: [WorkerThread] = []
    private var logWriter: LogWriter?
    private var edge: Edge?
    private var sockets: [ListeningSocket] = []
    private var controlSocket: ListeningSocket?
    private var heartbeats: (receiver: HeartbeatReceiver, registration: Registration)?
    /// Workers that have not taken over the newest edge yet.
    private var awaited: Set<Int> = []
    /// Sockets that no worker will wait on once all have taken over.
    private var leaving: [ListeningSocket] = []
    private var isReloadAsked = false
    /// What is being read for the next edge.
    private var gatherer: Gatherer?
    /// What is said when all have taken over.
    private var arrival: [String] = []
    /// What `status` says of a reload when all have taken over.
    private var accepted: EdgeStatus.Reload?
    /// Looks for names' addresses again.
    private var nameTimer: Registration?
    private var ending: Ending?

    /// How far the process is with ending.
    private struct Ending {
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
    ///   - load: reads the configuration.
    public init(
        source: String, events: EventLog, logger: Logger, control: @escaping Controller, load: @escaping Loader
    ) throws {
        self.source = source
        self.load = load
        self.control = control
        self.events = events
        self.logger = logger
        signal(SIGPIPE, SIG_IGN)
        signals = try SignalDescriptor(blocking: [SIGHUP, SIGTERM, SIGINT])
        loop = try EventLoop()
        mailbox = Mailbox(waker: loop.waker)
        supervisor = Supervisor(events: events, source: source)
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
        case .refused(let lines): throw StartError(lines: lines)
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
    private typealias Parts = (contexts: [TLSContext?], memories: [AffinityMemory?])

    private func parts(_ draft: EdgeDraft) throws -> [Parts] {
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
    private func fit(_ configuration: EdgeConfiguration) throws -> EdgeConfiguration {
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

    private func openLog(_ configuration: EdgeConfiguration) throws -> AppendOnlyFile? {
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
    private func openSockets(
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
    private func openHeartbeats(_ configuration: EdgeConfiguration) throws(StartError) -> HeartbeatReceiver? {
        guard let address = configuration.heartbeatAddress else { return nil }
        if let receiver = heartbeats?.receiver, receiver.declared == address { return receiver }
        return try HeartbeatReceiver(address, logger: logger)
    }

    /// Listens there and no longer at the place before.
    private func hear(_ receiver: HeartbeatReceiver?, for edge: Edge) throws(StartError) {
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
    private func install(_ draft: EdgeDraft, _ parts: [Parts]) {
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
                isReloadAsked = true
                // Names are looked for again with all the rest.
                if gatherer?.order == .names { gatherer?.hurry() }
                reloadIfAsked()
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

    // MARK: - Reload

    /// Reads configuration and certificates anew. Signals that arrive meanwhile, or while workers take over, become one
    /// more reload.
    private func reloadIfAsked() {
        guard isReloadAsked, gatherer == nil, awaited.isEmpty, ending == nil else { return }
        isReloadAsked = false
        gather(.configuration)
    }

    /// Begins to read what the next edge is made of.
    private func gather(_ order: Gathering.Order) {
        guard let served = edge?.configuration else { return }
        do {
            gatherer = try Gatherer(
                order, served: served, names: builder.unresolved, load: load, server: mailbox)
        } catch {
            let line = "error: no thread to read the configuration on: \(error)"
            if order == .configuration { onRejected([line]) } else { logger.error("\(line)") }
            awaitNames()
        }
    }

    /// The served configuration goes on; what it stands on is read anew all the same.
    private func onRejected(_ lines: [String]) {
        for line in lines { logger.error("\(line)") }
        let generation = edge?.generation ?? 0
        logger.error(
            "reload rejected: generation \(generation) goes on; its certificates, keys and addresses are read anew")
        supervisor.note(
            EdgeStatus.Reload(
                outcome: .rejected, time: Clock.wallSeconds(), generation: generation, error: lines.first))
    }

    private func onGathered(_ gathering: Gathering) {
        gatherer?.join()
        gatherer = nil
        defer { reloadIfAsked() }
        guard ending == nil, let old = edge else { return }
        if gathering.order == .names, !gathering.hasAddress { return awaitNames() }
        do {
            try take(gathering, after: old)
        } catch {
            let lines = (error as? StartError)?.lines ?? ["error: \(error)"]
            guard gathering.order == .configuration else {
                for line in lines { logger.error("\(line)") }
                return awaitNames()
            }
            onRejected(lines)
            gather(.served)
        }
    }

    /// Gives workers what was read, or throws and changes nothing.
    private func take(_ gathering: Gathering, after old: Edge) throws {
        var gathering = gathering
        if gathering.order == .configuration { gathering.configuration = try fit(gathering.configuration) }
        let configuration = gathering.configuration
        let draft = try builder.draft(gathering, previous: old)
        let opened = try openSockets(configuration, known: sockets)
        let parts = try parts(draft)
        if gathering.order == .configuration {
            let file = try openLog(configuration)
            try hear(try openHeartbeats(configuration), for: draft.edge)
            logWriter?.redirect(to: file)
        } else if gathering.order == .served {
            reopenLog(configuration)
        }
        // Nothing is refused from here on.
        if gathering.order != .names {
            for line in draft.warnings { logger.warning("\(line)") }
            for fault in draft.allFaults { logger.error("\(fault)") }
            for doubt in draft.doubts { logger.warning("\(doubt)") }
        }
        arrival = words(on: gathering, draft)
        leaving = sockets.filter { socket in !opened.contains { $0.socket === socket } }
        sockets = opened.map(\.socket)
        for (socket, isNew) in opened where isNew { logger.info("listening on \(socket.address)") }
        install(draft, parts)
        if gathering.order == .configuration {
            accepted = EdgeStatus.Reload(
                outcome: .accepted, time: Clock.wallSeconds(), generation: draft.edge.generation,
                error: draft.allFaults.first)
        }
    }

    /// Opens the log of the served configuration anew, or writes to the open one on.
    private func reopenLog(_ configuration: EdgeConfiguration) {
        do {
            logWriter?.redirect(to: try openLog(configuration))
        } catch {
            for line in (error as? StartError)?.lines ?? ["error: \(error)"] { logger.error("\(line)") }
        }
    }

    /// What the log says when every worker serves what was read.
    private func words(on gathering: Gathering, _ draft: EdgeDraft) -> [String] {
        switch gathering.order {
        case .configuration: return ["reloaded: generation \(draft.edge.generation) is served by every worker"]
        case .served:
            return ["every worker serves the certificates, keys and addresses that were read anew"]
        case .names:
            return gathering.answers.compactMap { name, answer in
                guard case .success(let addresses) = answer else { return nil }
                return "\(name.host) has an address now: \(addresses.map(\.host).joined(separator: ", "))"
            }
        }
    }

    /// Looks again, in a while, for the addresses of names that have none.
    private func awaitNames() {
        guard !builder.unresolved.isEmpty else { return }
        let timer =
            nameTimer
            ?? loop.registerTimer(
                handler: ClosureHandler { [unowned self] in
                    guard gatherer == nil, awaited.isEmpty, ending == nil else { return }
                    gather(.names)
                })
        nameTimer = timer
        loop.setDeadline(timer, after: NameLimits.retryMillis)
    }

    // MARK: - Messages

    private func onInstalled(_ worker: Int, installation: Int) {
        guard let edge, installation == edge.installation, awaited.remove(worker) != nil, awaited.isEmpty
        else { return }
        leaving = []
        heartbeats?.receiver.install(edge)
        supervisor.install(
            edge, workers: workers.map(\.handle), identities: builder.identities, keys: builder.keys,
            addresses: sockets.map(\.address))
        if installation == 1 {
            beginControl()
            for (socket, listener) in zip(sockets, edge.configuration.listeners) {
                logger.info("listening on \(socket.address)\(listener.tls == nil ? "" : " (tls)")")
            }
        }
        if let report = accepted.take() { supervisor.note(report) }
        for line in arrival { logger.info("\(line)") }
        arrival = []
        for identity in builder.identities { logger.info("serving certificate \(identity)") }
        awaitNames()
        reloadIfAsked()
    }

    private func beginControl() {
        guard let controlSocket else { return }
        do {
            try control(controlSocket, supervisor)
            logger.info("control socket: \(controlSocket.address.unixPath)")
        } catch {
            logger.error("the control socket is not served: \(error)")
        }
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
            case .rejected(let lines): onRejected(lines)
            case .gathered(let gathering): onGathered(gathering)
            case .drained(let worker, let tally): onDrained(worker, tally)
            }
        }
    }

    /// Nothing is put off to the end of a turn.
    public func onTurnEnd() {}
}
