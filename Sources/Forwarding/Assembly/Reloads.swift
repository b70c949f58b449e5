import Logging
import Model
import Reactor

/// Reads what an edge is made of, has it assembled and served, and writes the receipt: one edge at a time, whoever asks
/// for it.
///
/// Belongs to the main thread, which it never holds up: a ``Gatherer`` reads.
final class Reloads {
    /// What the process is asked to read with.
    struct Reader {
        /// Reads the configuration.
        let load: Server.Loader
        /// Writes a value of the configuration.
        let write: Server.Writer
    }

    private let reader: Reader
    private let loop: EventLoop
    private let server: Mailbox<ServerMessage>
    private let logger: Logger
    private let supervisor: Supervisor
    private let descriptors: DescriptorBudget
    private let generations: Generations
    private let listening: Listening
    private let accessLog: AccessLog
    private let predecessor: Predecessor?
    private var sources = Sources()
    private var desk: ReloadDesk
    /// Reads for the next edge.
    private var gatherer: Gatherer?
    /// Why the configuration is not served that was read in the reload that goes on.
    private var rejection: (lines: [String], warnings: [String])?
    /// What is said of what was read, once every worker serves it.
    private var arrival: Arrival?
    /// Looks for names' addresses again.
    private var nameTimer: Registration?

    /// What was read, and what changed by it.
    private struct Arrival {
        let gathering: Gathering
        let draft: EdgeDraft
        let changes: [Receipt.Change]
    }

    init(
        _ reader: Reader, loop: EventLoop, server: Mailbox<ServerMessage>, logger: Logger, supervisor: Supervisor,
        descriptors: DescriptorBudget, generations: Generations, listening: Listening, accessLog: AccessLog,
        service: ServiceReport?, predecessor: Predecessor?
    ) {
        desk = ReloadDesk(service)
        self.reader = reader
        self.loop = loop
        self.server = server
        self.logger = logger
        self.supervisor = supervisor
        self.descriptors = descriptors
        self.generations = generations
        self.listening = listening
        self.accessLog = accessLog
        self.predecessor = predecessor
    }

    private var nowMillis: Int64 { Int64(Clock.monotonicNanoseconds() / 1_000_000) }

    private var served: EdgeConfiguration? { generations.newest?.edge.configuration }

    /// Whether nothing is under way.
    private var isIdle: Bool { gatherer == nil && generations.isSettled && served != nil && !desk.isClosed }

    // MARK: - Asking

    /// Begins to read the first configuration.
    func start() throws(SystemError) {
        gatherer = try Gatherer(.configuration, served: nil, load: reader.load, server: server)
    }

    /// Asks for a reload. What is asked while one goes on becomes one more.
    func ask(_ asker: Receipt.Asker, _ answer: ReloadDesk.Answer? = nil) {
        desk.ask(asker, answer)
        // Names are looked for again with all the rest.
        if gatherer?.order == .names { gatherer?.hurry() }
        beginIfAsked()
    }

    /// Asks for a site to be closed for maintenance, or opened again, of the configuration that is served.
    ///
    /// - Parameter site: its host, as it is declared.
    func close(_ site: String, _ isClosed: Bool, _ answer: @escaping ReloadDesk.Answer) {
        desk.maintenance.ask(site, isClosed: isClosed, answer)
        if desk.isClosed { desk.maintenance.close() }
        if gatherer?.order == .names { gatherer?.hurry() }
        beginIfAsked()
    }

    /// Begins no more: the process ends.
    func close() {
        desk.close()
        gatherer?.hurry()
    }

    /// Waits until nothing is read any more.
    func join() {
        gatherer?.join(withinMillis: NameLimits.lastReadingMillis)
        gatherer = nil
    }

    private func beginIfAsked() {
        guard isIdle else { return }
        if desk.isAsked {
            desk.begin()
            gather(.configuration)
        } else if desk.maintenance.isAsked {
            beginMaintenance()
        }
    }

    /// Serves the same configuration with what control says of its sites: nothing is read.
    private func beginMaintenance() {
        guard let served = generations.newest else { return }
        let closedBefore = sources.closedSites
        sources.close(desk.maintenance.begin(with: closedBefore))
        do {
            try take(Gathering(.control, served.edge.configuration), after: served)
        } catch {
            sources.close(closedBefore)
            let words = StartError.lines(of: error).joined(separator: "; ")
            desk.maintenance.end(.failure(SupervisionError(.exhausted, words, cure: "ask again")))
        }
    }

    private func finishMaintenance(_ arrival: Arrival) {
        for change in arrival.changes where change.kind == .site {
            let words = change.event == .closed ? "closed for maintenance" : "open again"
            logger.info("site \(change.name) is \(words), by control")
        }
        desk.maintenance.end(
            .success(
                Receipt(
                    .accepted, askedBy: [.control], time: Clock.wallSeconds(),
                    generation: generations.newest?.edge.generation ?? 0,
                    changes: arrival.changes.filter { $0.kind == .site })))
    }

    private func gather(_ order: Gathering.Order) {
        do {
            gatherer = try Gatherer(
                order, served: served, names: sources.unresolved, load: reader.load, server: server)
        } catch {
            let line = "error: no thread to read the configuration on: \(error)"
            if order == .configuration { reject([line], warnings: []) } else { logger.error("\(line)") }
            if order != .names { finish(nil) }
            awaitNames()
        }
    }

    // MARK: - What was read

    /// Hears that a configuration cannot be served; what the one before it stands on is being read.
    ///
    /// - Throws: ``StartError`` where there is none before it.
    func onRejected(_ lines: [String], warnings: [String]) throws(StartError) {
        guard served != nil else { throw StartError(lines: lines) }
        reject(lines, warnings: warnings)
    }

    private func reject(_ lines: [String], warnings: [String]) {
        for line in lines { logger.error("\(line)") }
        logger.error(
            """
            reload rejected: generation \(generations.newest?.edge.generation ?? 0) goes on; its certificates, keys \
            and addresses are read anew
            """)
        rejection = (lines, warnings)
        sources.refuse(lines)
    }

    /// Makes an edge of what was read.
    ///
    /// - Throws: why the first one cannot be served.
    func onGathered(_ gathering: Gathering) throws {
        gatherer?.join()
        gatherer = nil
        defer { beginIfAsked() }
        guard !desk.isClosed else { return }
        sources.take(gathering, at: nowMillis)
        guard let served = generations.newest else { return try begin(gathering) }
        if gathering.order == .names, !gathering.hasAddress { return awaitNames() }
        do {
            try take(gathering, after: served)
        } catch {
            let lines = StartError.lines(of: error)
            if gathering.order == .configuration {
                reject(lines, warnings: gathering.warnings)
                return gather(.served)
            }
            for line in lines { logger.error("\(line)") }
            if gathering.order == .served { finish(nil) }
            awaitNames()
        }
    }

    /// Serves the first edge.
    private func begin(_ gathering: Gathering) throws {
        let configuration = try fit(gathering.configuration)
        // As late as can be: the process before goes on meanwhile.
        predecessor?.askForLegacy()
        sources.close(Set(predecessor?.legacy?.closedSites ?? []))
        let draft = try assembler.draft(
            configuration, declared: gathering.configuration, .first, warnings: gathering.warnings)
        for line in draft.warnings { logger.warning("\(line)") }
        let plan = try listening.open(configuration)
        try listening.openControl(configuration)
        try listening.openMetrics(configuration)
        try listening.hear(configuration, for: draft.edge)
        accessLog.heed(configuration.events)
        let queue = try accessLog.start(try accessLog.open(configuration))
        try generations.startWorkers(draft.edge, queue: queue)
        if let legacy = predecessor?.legacy { generations.take(legacy, for: draft.edge, now: nowMillis) }
        let outfits = try generations.outfits(for: draft)
        _ = listening.take(plan)
        sources.accept(draft, at: nowMillis)
        generations.install(draft, outfits, sockets: listening.sockets, now: Int64(loop.clock.nowMillis))
    }

    /// Gives workers what was read, or throws and changes nothing.
    private func take(_ gathering: Gathering, after served: EdgeDraft) throws {
        let isNew = gathering.order == .configuration
        let configuration = isNew ? try fit(gathering.configuration) : gathering.configuration
        let draft = try assembler.draft(
            configuration, declared: isNew ? gathering.configuration : served.declared, isNew ? .new : .served,
            warnings: gathering.warnings)
        let plan = try listening.open(configuration)
        let outfits = try generations.outfits(for: draft)
        if isNew {
            let file = try accessLog.open(configuration)
            try listening.hear(configuration, for: draft.edge)
            accessLog.redirect(to: file)
            accessLog.heed(configuration.events)
        } else if gathering.order == .served {
            reopenLog(configuration)
        }
        // Nothing is refused from here on.
        if gathering.order.readsFiles { say(draft) }
        let (opened, closed) = listening.take(plan)
        for address in opened { logger.info("listening on \(address)") }
        if isNew { sources.accept(draft, at: nowMillis) } else { sources.settle(draft) }
        arrival = Arrival(
            gathering: gathering, draft: draft,
            changes: draft.changes(since: served, writing: reader.write, listeners: (opened, closed)))
        generations.install(draft, outfits, sockets: listening.sockets, now: Int64(loop.clock.nowMillis))
    }

    private var assembler: Assembler {
        Assembler(
            sources, after: generations.newest, cores: Generations.coreCount, now: nowMillis,
            wallSeconds: Clock.wallSeconds())
    }

    /// Lowers `limits.connections` to what there are descriptors for.
    private func fit(_ configuration: EdgeConfiguration) throws(DescriptorShortage) -> EdgeConfiguration {
        let (fitted, doubt) = try descriptors.fit(configuration)
        if let doubt { logger.warning("\(doubt)") }
        return fitted
    }

    /// Opens the served access log anew, after its file was moved away; reads nothing else.
    func reopenLog() {
        guard let served, served.accessLog != nil, reopenLog(served) else { return }
        logger.info("the access log was opened anew")
    }

    /// Opens the log of the served configuration anew, or writes to the open one on.
    ///
    /// - Returns: whether it could be.
    @discardableResult
    private func reopenLog(_ configuration: EdgeConfiguration) -> Bool {
        do {
            accessLog.redirect(to: try accessLog.open(configuration))
            return true
        } catch {
            for line in StartError.lines(of: error) { logger.error("\(line)") }
            return false
        }
    }

    private func say(_ draft: EdgeDraft) {
        for line in draft.warnings { logger.warning("\(line)") }
        for fault in draft.faults { logger.error("\(fault)") }
        for doubt in draft.doubts { logger.warning("\(doubt)") }
    }

    // MARK: - The end

    /// Says what every worker serves now.
    func onServed() {
        supervisor.take(sources)
        guard let arrival = arrival.take() else { return }
        if arrival.gathering.order == .control { return finishMaintenance(arrival) }
        guard arrival.gathering.order == .names else { return finish(arrival) }
        for (name, answer) in arrival.gathering.answers {
            guard case .success(let addresses) = answer else { continue }
            logger.info("\(name.host) has an address now: \(addresses.map(\.host).joined(separator: ", "))")
        }
    }

    /// Begins what was asked for meanwhile, or waits for names.
    func goOn() {
        awaitNames()
        beginIfAsked()
    }

    /// Writes the receipt of the reload that goes on.
    ///
    /// - Parameter arrival: what every worker serves now; `nil`: what it did before.
    private func finish(_ arrival: Arrival?) {
        let rejection = rejection.take()
        let generation = generations.newest?.edge.generation ?? 0
        let receipt = Receipt(
            rejection == nil ? .accepted : .rejected, askedBy: desk.askers, time: Clock.wallSeconds(),
            generation: generation, faults: rejection?.lines ?? [],
            warnings: rejection?.warnings ?? arrival.map { $0.draft.warnings + $0.draft.doubts } ?? [],
            notes: arrival?.draft.faults ?? [], changes: arrival?.changes ?? [],
            fileCount: arrival?.gathering.fileCount ?? 0)
        supervisor.take(sources)
        supervisor.note(receipt)
        if let arrival {
            let words =
                arrival.gathering.order == .configuration
                ? "reloaded\(receipt.origin): generation \(generation) is served by every worker"
                : "every worker serves the certificates, keys and addresses that were read anew"
            logger.info("\(words): \(receipt.summary)\(receipt.details)")
        }
        desk.end(with: receipt)
    }

    /// Looks again, in a while, for the addresses of names that have none.
    private func awaitNames() {
        guard !sources.unresolved.isEmpty else { return }
        let timer =
            nameTimer
            ?? loop.registerTimer(
                handler: ClosureHandler { [unowned self] in
                    if isIdle { gather(.names) }
                })
        nameTimer = timer
        loop.setDeadline(timer, after: NameLimits.retryMillis)
    }
}
