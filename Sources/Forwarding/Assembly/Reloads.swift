import Balancing
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
        /// Has what was known of members' health; `nil`: nothing is kept.
        let verdicts: VerdictFile?
    }

    private let reader: Reader
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
    /// Asks for names, and watches files of members.
    private let discovery: Discovery

    /// What was read, and what changed by it.
    private struct Arrival {
        let gathering: Gathering
        let draft: EdgeDraft
        let changes: [Receipt.Change]
        /// What is to be said of names.
        var news: [(level: Logger.Level, line: String)] = []
    }

    init(
        _ reader: Reader, loop: EventLoop, server: Mailbox<ServerMessage>, logger: Logger, supervisor: Supervisor,
        descriptors: DescriptorBudget, generations: Generations, listening: Listening, accessLog: AccessLog,
        service: ServiceReport?, predecessor: Predecessor?
    ) {
        desk = ReloadDesk(service)
        discovery = Discovery(loop: loop, server: server, logger: logger)
        self.reader = reader
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

    private var served: EdgeConfiguration? { generations.newest?.written }

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
        // Names are looked up again with all the rest.
        if gatherer?.order == .members { gatherer?.hurry() }
        beginIfAsked()
    }

    /// Asks for a site to be closed for maintenance, or opened again, of the configuration that is served.
    ///
    /// - Parameter site: its host, as it is declared.
    func close(_ site: String, _ isClosed: Bool, _ answer: @escaping ReloadDesk.Answer) {
        desk.maintenance.ask(site, isClosed: isClosed, answer)
        if desk.isClosed { desk.maintenance.close() }
        if gatherer?.order == .members { gatherer?.hurry() }
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
        } else if !discovery.answers.isEmpty {
            beginNames()
        } else if discovery.areMembersAsked {
            beginMembers()
        }
    }

    /// Serves the same configuration with what control says of its sites: nothing is read.
    private func beginMaintenance() {
        guard let served = generations.newest else { return }
        let closedBefore = sources.closedSites
        sources.close(desk.maintenance.begin(with: closedBefore))
        do {
            try take(Gathering(.control, served.written), after: served)
        } catch {
            sources.close(closedBefore)
            let words = StartError.lines(of: error).joined(separator: "; ")
            desk.maintenance.end(.failure(SupervisionError(.exhausted, words, cure: "ask again")))
        }
    }

    // MARK: - Members by name and file

    /// Hears what a name stands for.
    func onNamed(_ name: NameLookup.Name, _ answer: NameLookup.Answer) {
        discovery.keep(answer, for: name)
        beginIfAsked()
    }

    /// Serves the same configuration with what names stand for now: nothing is read.
    private func beginNames() {
        guard let served = generations.newest else { return }
        let (former, gathering) = (sources, Gathering(.names, served.written, answers: discovery.takeAnswers()))
        sources.take(gathering, at: nowMillis)
        discovery.note(gathering.answers, in: sources, served.written)
        let news = gathering.answers.keys.sorted { $0.host < $1.host }.compactMap { name in
            sources.news(of: name, since: former, at: nowMillis)
        }
        supervisor.take(sources)
        // Most answers are what they were.
        guard gathering.answers.keys.contains(where: { former.names[$0]?.value != sources.names[$0]?.value }) else {
            return say(news)
        }
        do {
            try take(gathering, after: served)
            arrival?.news = news
        } catch {
            // No edge has it: the same answer is to be tried again.
            sources = former
            supervisor.take(sources)
            say(news)
            for line in StartError.lines(of: error) { logger.error("\(line)") }
        }
    }

    private func beginMembers() {
        guard let served, let members = discovery.members else { return }
        discovery.beginMembers()
        do {
            gatherer = try Gatherer(members, served: served, known: Set(sources.names.keys), server: server)
        } catch {
            logger.error("no thread to read files of members on: \(error)")
            discovery.lookLater()
        }
    }

    /// Follows the names and the files of the configuration that is served from now on.
    private func follow(_ members: MembersReader?) {
        discovery.watch(members) { [unowned self] in beginIfAsked() }
    }

    /// Says once what is wrong with a file of members, and that it is mended.
    private func sayMembers(_ gathering: Gathering, before: [String: Published<Int, [String]>]) {
        for (path, lines) in gathering.memberFaults.sorted(by: { $0.key < $1.key }) {
            if lines.isEmpty {
                if before[path]?.fault != nil { logger.info("\(path) can be used again") }
                continue
            }
            for line in lines { logger.error("\(line)") }
            let count = before[path]?.value ?? 0
            let kept = count == 1 ? "the member that it had is" : "the \(count) members that it had are"
            logger.error("\(path) is not taken: \(kept) served on")
        }
        if sources.memberFiles.contains(where: { $0.value.fault != nil }) { discovery.lookLater() }
    }

    private func say(_ news: [(level: Logger.Level, line: String)]) {
        for (level, line) in news { logger.log(level: level, "\(line)") }
    }

    private func sayMembers(_ arrival: Arrival) {
        say(arrival.news)
        let changes = arrival.changes.filter { $0.event != .kept && $0.event != .unresolved }
        guard !changes.isEmpty else { return }
        let receipt = Receipt(
            .accepted, askedBy: [], time: Clock.wallSeconds(), generation: generations.newest?.edge.generation ?? 0,
            changes: changes)
        let origin = arrival.gathering.order == .names ? "by name" : "by file"
        logger.info("members \(origin): \(receipt.summary)\(receipt.details)")
    }

    // MARK: - Maintenance

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
            gatherer = try Gatherer(order, served: served, load: reader.load, server: server)
        } catch {
            let line = "error: no thread to read the configuration on: \(error)"
            if order == .configuration { reject([line], warnings: []) } else { logger.error("\(line)") }
            finish(nil)
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
        // One of them may be the cause, as a pattern of files that has come to nothing.
        for line in warnings { logger.warning("\(line)") }
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
        let former = sources
        sources.take(gathering, at: nowMillis)
        discovery.note(gathering.answers, in: sources, gathering.configuration)
        guard let served = generations.newest else { return try begin(gathering) }
        if gathering.order == .members {
            sayMembers(gathering, before: former.memberFiles)
            supervisor.take(sources)
            // What was not changed is the served one.
            guard ![served.declared, served.written].contains(gathering.configuration) else { return }
        }
        do {
            try take(gathering, after: served)
        } catch {
            let lines = StartError.lines(of: error)
            if gathering.order == .configuration {
                reject(lines, warnings: gathering.warnings)
                return gather(.served)
            }
            for line in lines { logger.error("\(line)") }
            guard gathering.order == .members else { return finish(nil) }
            sources.refuse(lines, membersOf: gathering, since: former)
            supervisor.take(sources)
        }
    }

    /// What members' names were answered last.
    var leftNames: [LeftName] { sources.leftNames }

    /// Serves the first edge.
    private func begin(_ gathering: Gathering) throws {
        let configuration = try fit(gathering.configuration)
        // As late as can be: the process before goes on meanwhile.
        predecessor?.askForLegacy()
        sources.close(Set(predecessor?.legacy?.closedSites ?? []))
        sources.take(predecessor?.legacy?.names ?? [], at: nowMillis)
        let draft = try assembler.draft(
            configuration, declared: gathering.configuration, .first, warnings: gathering.warnings)
        for line in draft.warnings { logger.warning("\(line)") }
        let plan = try listening.open(configuration)
        try listening.openMetrics(configuration)
        try listening.hear(configuration, for: draft.edge)
        try confine(configuration)
        // As whom they are opened again, and removed.
        try listening.openControl(configuration)
        accessLog.heed(configuration.events)
        let queue = try accessLog.start(try accessLog.open(configuration))
        try generations.startWorkers(draft.edge, queue: queue)
        if let legacy = predecessor?.legacy {
            generations.take(legacy, for: draft.edge, now: nowMillis)
        } else {
            reader.verdicts?.give(to: draft.edge)
        }
        let outfits = try generations.outfits(for: draft)
        _ = listening.take(plan)
        sources.accept(draft, at: nowMillis)
        follow(gathering.members)
        generations.install(draft, outfits, sockets: listening.sockets, now: discovery.turnMillis)
    }

    /// Gives up what is not needed from here on, and says which of it holds.
    private func confine(_ configuration: EdgeConfiguration) throws(StartError) {
        let (confinement, words) = try Confinement.begin(configuration, after: predecessor?.legacy?.confinement)
        generations.confinement = confinement
        supervisor.note(privileges: words)
        logger.info("privileges: \(words)")
        for doubt in configuration.userDoubts(files: []) { logger.warning("user: \(doubt.message); \(doubt.cure)") }
    }

    /// Gives workers what was read, or throws and changes nothing.
    private func take(_ gathering: Gathering, after served: EdgeDraft) throws {
        let isNew = gathering.order == .configuration
        let isDeclared = isNew || gathering.order == .members
        var configuration = isNew ? try fit(gathering.configuration) : gathering.configuration
        // They were fitted when it was read, and members change none of them.
        if gathering.order == .members { configuration.limits = served.written.limits }
        let draft = try assembler.draft(
            configuration, declared: isDeclared ? gathering.configuration : served.declared,
            isNew ? .new : .served, warnings: gathering.warnings)
        if isNew { try generations.confinement.permit(configuration) }
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
        switch gathering.order {
        case .configuration, .served: say(draft)
        case .names: for line in draft.leftOut where !served.leftOut.contains(line) { logger.warning("\(line)") }
        case .members: for line in draft.warnings where !served.warnings.contains(line) { logger.warning("\(line)") }
        case .control: break
        }
        let (opened, closed) = listening.take(plan)
        for address in opened { logger.info("listening on \(address)") }
        if isNew {
            sources.accept(draft, at: nowMillis)
            follow(gathering.members)
        } else {
            sources.settle(draft)
        }
        arrival = Arrival(
            gathering: gathering, draft: draft,
            changes: draft.changes(since: served, writing: reader.write, listeners: (opened, closed)))
        generations.install(draft, outfits, sockets: listening.sockets, now: discovery.turnMillis)
    }

    private var assembler: Assembler {
        Assembler(
            sources, after: generations.newest, cores: Generations.coreCount, now: nowMillis,
            wallSeconds: Clock.wallSeconds(),
            surroundings: HealthSurroundings(
                wallMilliseconds: { Int64(Clock.wallNanoseconds() / 1_000_000) },
                onChange: { [server] in server.post(.recovered) }))
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
            for line in StartError.lines(of: error) { logger.error("\(line); lines go on to the file that is open") }
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
        switch arrival.gathering.order {
        case .names, .members: sayMembers(arrival)
        default: finish(arrival)
        }
    }

    /// Begins what was asked for meanwhile.
    func goOn() {
        if let served { discovery.follow(served) }
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
}
