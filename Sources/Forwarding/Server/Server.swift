import Balancing
import Glibc
import Logging
import Reactor
import TLS

/// The edge as a process: the main thread with its listening sockets, workers, signals and reloads.
///
/// Everything here runs on the main thread, but for what workers run of their own.
public final class Server {
    /// What reading the configuration came to.
    public enum Loaded {
        /// It is valid; the lines say what is most likely not what was meant.
        case configuration(EdgeConfiguration, warnings: [String])
        /// It is not; the lines say where and why.
        case refused([String])
    }

    /// Reads the configuration, at the start and at each SIGHUP. Called on the main thread; may block on the disk.
    public typealias Loader = (_ isReload: Bool) -> Loaded

    /// Begins to answer what comes in by the control socket, on threads of its own until the process ends. Called on
    /// the main thread, once the first edge is served.
    public typealias Controller = (ListeningSocket, Supervisor) throws -> Void

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
    ///   - events: the event log, which is started here.
    ///   - logger: writes to it.
    ///   - control: serves the control socket, where one is declared.
    ///   - load: reads the configuration.
    public init(events: EventLog, logger: Logger, control: @escaping Controller, load: @escaping Loader) throws {
        self.load = load
        self.control = control
        self.events = events
        self.logger = logger
        signal(SIGPIPE, SIG_IGN)
        signals = try SignalDescriptor(blocking: [SIGHUP, SIGTERM, SIGINT])
        loop = try EventLoop()
        mailbox = Mailbox(waker: loop.waker)
        supervisor = Supervisor(events: events)
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
        let reader = SignalReader { [unowned self] in onSignals() }
        _ = try loop.registerReader(signals.descriptor, handler: reader)
        loop.run(self)
        // Nobody reads the descriptor any more; what is left takes as long as the logs have for it.
        signals.endProcess(on: [SIGTERM, SIGINT])
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
        let configuration: EdgeConfiguration
        switch load(false) {
        case .configuration(let loaded, let warnings):
            configuration = try fit(loaded)
            for line in warnings { logger.warning("\(line)") }
        case .refused(let lines): throw StartError(lines: lines)
        }
        let draft = try builder.draft(configuration, previous: nil)
        guard draft.faults.isEmpty else { throw StartError(lines: draft.faults.map { "error: \($0)" }) }
        sockets = try openSockets(configuration, known: []).map(\.socket)
        controlSocket = try configuration.controlSocketPath.map(Self.openControlSocket)
        try hear(try openHeartbeats(configuration), for: draft.edge)
        let queue = try startLog(try openLog(configuration))
        edge = draft.edge
        try startWorkers(draft, queue: queue)
        install(draft, try parts(draft))
    }

    /// What each worker gets for itself: its TLS by the listeners, and what it has of the farms.
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

    /// Opens the control socket, which is its owner's alone.
    private static func openControlSocket(_ path: String) throws -> ListeningSocket {
        guard let address = SocketAddress(unixPath: path) else {
            throw StartError(lines: ["error: control.socket: the path is too long for a socket: \(path)"])
        }
        do {
            return try ListeningSocket(address, mode: 0o600)
        } catch {
            let cure =
                error.code == EADDRINUSE
                ? "another process serves it, or a file is in its place: choose another path, or end that"
                : "its folder must be there and be writable"
            throw StartError(lines: ["error: control.socket: cannot listen on \(path) (\(error)); \(cure)"])
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
        let now = Int64(loop.nowMillis)
        for farm in draft.edge.farms {
            let name = farm.configuration.name
            let old = edge?.farms.first { $0.configuration.name == name }
            if let old, old !== farm { farm.takeOver(from: old, now: now) }
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
        logger.info("ending: no more connections are accepted, exchanges have \(drainMillis) ms to end\(openTunnels)")
        let timer = loop.registerTimer(handler: SignalReader { [unowned self] in cut() })
        loop.setDeadline(timer, after: drainMillis)
        ending = Ending(signal: number, timer: timer, left: Set(workers.map(\.handle.index)))
        for worker in workers { worker.handle.mailbox.post(.drain) }
    }

    /// How many tunnels are open to which members, for the log.
    private var openTunnels: String {
        let members = (edge?.farms ?? []).flatMap { farm in
            farm.balancer.members.filter { $0.state.tunnelCount > 0 }.map { member in
                "\(farm.configuration.name)/\(member.name) \(member.state.tunnelCount)"
            }
        }
        return members.isEmpty ? "" : "; open tunnels: " + members.joined(separator: ", ")
    }

    private func cut() {
        for worker in workers { worker.handle.mailbox.post(.cut) }
    }

    // MARK: - Reload

    /// Loads configuration and certificates anew. Signals that arrive while workers take over become one more reload.
    private func reloadIfAsked() {
        guard isReloadAsked, awaited.isEmpty, ending == nil, let edge else { return }
        isReloadAsked = false
        do {
            try reload(edge)
        } catch let error as StartError {
            reject(error.lines)
        } catch {
            reject(["error: \(error)"])
        }
    }

    private func reload(_ old: Edge) throws {
        let configuration: EdgeConfiguration
        switch load(true) {
        case .configuration(let loaded, let warnings):
            configuration = try fit(loaded)
            for line in warnings { logger.warning("\(line)") }
        case .refused(let lines): return reject(lines)
        }
        guard configuration.workers == old.configuration.workers else {
            return reject(["error: workers: the number of worker threads changes with a restart only"])
        }
        guard configuration.controlSocketPath == old.configuration.controlSocketPath else {
            return reject(["error: control.socket: the control socket changes with a restart only"])
        }
        let draft = try builder.draft(configuration, previous: old)
        let opened = try openSockets(configuration, known: sockets)
        let file = try openLog(configuration)
        let parts = try parts(draft)
        try hear(try openHeartbeats(configuration), for: draft.edge)
        // Nothing is refused from here on.
        for fault in draft.faults { logger.error("\(fault)") }
        for warning in draft.warnings { logger.warning("\(warning)") }
        leaving = sockets.filter { socket in !opened.contains { $0.socket === socket } }
        sockets = opened.map(\.socket)
        for (socket, isNew) in opened where isNew { logger.info("listening on \(socket.address)") }
        logWriter?.redirect(to: file)
        install(draft, parts)
    }

    private func reject(_ lines: [String]) {
        for line in lines { logger.error("\(line)") }
        logger.error("reload rejected: generation \(edge?.generation ?? 0) goes on serving unchanged")
    }

    // MARK: - Messages

    private func onInstalled(_ worker: Int, generation: Int) {
        guard let edge, generation == edge.generation, awaited.remove(worker) != nil, awaited.isEmpty else { return }
        leaving = []
        heartbeats?.receiver.install(edge)
        supervisor.install(edge, workers: workers.map(\.handle), identities: builder.identities, keys: builder.keys)
        if generation == 1 {
            beginControl()
            for (socket, listener) in zip(sockets, edge.configuration.listeners) {
                logger.info("listening on \(socket.address)\(listener.tls == nil ? "" : " (tls)")")
            }
        } else {
            logger.info("reloaded: generation \(generation) is served by every worker")
        }
        for identity in builder.identities { logger.info("serving certificate \(identity)") }
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
            case .installed(let worker, let generation): onInstalled(worker, generation: generation)
            case .drained(let worker, let tally): onDrained(worker, tally)
            }
        }
    }

    /// Nothing is put off to the end of a turn.
    public func onTurnEnd() {}
}

/// Calls a closure when its registration becomes ready or its deadline passes.
private final class SignalReader: EventHandler {
    private let body: () -> Void

    init(_ body: @escaping () -> Void) {
        self.body = body
    }

    func onReady(_ readiness: Readiness) { body() }

    func onDeadline() { body() }
}
