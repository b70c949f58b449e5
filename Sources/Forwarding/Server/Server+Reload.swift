import Logging
import Model
import Reactor
import TLS

/// Reading anew what is served: the configuration, and what it stands on.
extension Server {
    /// What is said of something that was read, once every worker serves it.
    struct Arrival {
        /// What was read.
        let order: Gathering.Order
        /// Lines for the event log.
        let lines: [String]
        /// What could not be read.
        let faults: [String]
        /// What is doubtful.
        let warnings: [String]
        /// What changed, name by name.
        let changes: [Receipt.Change]
    }

    /// Asks for a reload. What is asked while one goes on becomes one more.
    func ask(_ asker: Receipt.Asker, _ answer: ReloadDesk.Answer? = nil) {
        desk.ask(asker, answer)
        guard ending == nil else { return desk.close() }
        // Names are looked for again with all the rest.
        if gatherer?.order == .names { gatherer?.hurry() }
        reloadIfAsked()
    }

    /// Reads configuration and certificates anew, if somebody has asked and nothing is under way.
    private func reloadIfAsked() {
        guard desk.isAsked, gatherer == nil, awaited.isEmpty, ending == nil else { return }
        desk.begin()
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
            if order == .configuration { onRejected([line], warnings: []) } else { logger.error("\(line)") }
            if order != .names { finish(nil) }
            awaitNames()
        }
    }

    /// The served configuration goes on; what it stands on is read anew all the same.
    func onRejected(_ lines: [String], warnings: [String]) {
        for line in lines { logger.error("\(line)") }
        logger.error(
            """
            reload rejected: generation \(edge?.generation ?? 0) goes on; its certificates, keys and addresses are \
            read anew
            """)
        rejection = (lines, warnings)
    }

    /// Makes an edge of what was read.
    func onGathered(_ gathering: Gathering) {
        gatherer?.join()
        gatherer = nil
        defer { reloadIfAsked() }
        guard ending == nil, let old = edge else { return }
        if gathering.order == .names, !gathering.hasAddress { return awaitNames() }
        do {
            try take(gathering, after: old)
        } catch {
            let lines = (error as? StartError)?.lines ?? ["error: \(error)"]
            if gathering.order == .configuration {
                onRejected(lines, warnings: gathering.warnings)
                return gather(.served)
            }
            for line in lines { logger.error("\(line)") }
            if gathering.order == .served { finish(nil) }
            awaitNames()
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
        leaving = sockets.filter { socket in !opened.contains { $0.socket === socket } }
        let new = opened.filter(\.isNew).map(\.socket.address)
        let changes = builder.served.map {
            draft.changes(since: $0, writing: write, listeners: (opened: new, closed: leaving.map(\.address)))
        }
        arrival = Arrival(
            order: gathering.order, lines: words(on: gathering, draft), faults: draft.allFaults,
            warnings: draft.warnings + draft.doubts.map(\.description), changes: changes ?? [])
        sockets = opened.map(\.socket)
        for address in new { logger.info("listening on \(address)") }
        install(draft, parts)
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

    // MARK: - The end of a reload

    /// Counts a worker that serves what it was given.
    func onInstalled(_ worker: Int, installation: Int) {
        guard let edge, installation == edge.installation, awaited.remove(worker) != nil, awaited.isEmpty
        else { return }
        leaving = []
        heartbeats?.receiver.install(edge)
        let identities = builder.served?.identities ?? []
        supervisor.install(
            edge, workers: workers.map(\.handle), identities: identities, keys: builder.served?.keys ?? [],
            addresses: sockets.map(\.address))
        if installation == 1 {
            beginControl()
            for (socket, listener) in zip(sockets, edge.configuration.listeners) {
                logger.info("listening on \(socket.address)\(listener.tls == nil ? "" : " (tls)")")
            }
        }
        if let arrival = arrival.take() {
            if arrival.order == .names { for line in arrival.lines { logger.info("\(line)") } } else { finish(arrival) }
        }
        for identity in identities { logger.info("serving certificate \(identity)") }
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

    /// Writes the receipt of the reload that goes on.
    ///
    /// - Parameter arrival: what every worker serves now; `nil`: what it did before.
    private func finish(_ arrival: Arrival?) {
        let rejection = rejection.take()
        let receipt = Receipt(
            rejection == nil ? .accepted : .rejected, askedBy: desk.askers, time: Clock.wallSeconds(),
            generation: edge?.generation ?? 0, faults: rejection?.lines ?? [],
            warnings: rejection?.warnings ?? arrival?.warnings ?? [], notes: arrival?.faults ?? [],
            changes: arrival?.changes ?? [])
        supervisor.note(receipt)
        for line in arrival?.lines ?? [] { logger.info("\(line): \(receipt.summary)") }
        desk.end(with: receipt)
    }
}
