import Logging
import Reactor
import Synchronization
import TLS

/// What those ask who balance in front, and what tells them to leave the node.
extension Supervisor {
    /// Whether the node may be given requests: it serves, it is not to be left, and of some balancer a member may
    /// answer. While one of several balancers is down the others are served here as anywhere.
    public func readiness() -> NodeReadiness {
        let departure = departure.withLock { $0 }
        if departure.isEnding { return NodeReadiness(isReady: false, words: "draining: the process ends") }
        if departure.isAsked { return NodeReadiness(isReady: false, words: "draining: asked by control") }
        let balancers = current.edge.balancers
        let now = nowMillis
        guard balancers.isEmpty || balancers.contains(where: { $0.mayAnswer(now: now) }) else {
            return NodeReadiness(isReady: false, words: "no member of any balancer may be given a request")
        }
        return NodeReadiness(isReady: true, words: "ready")
    }

    /// Says that the process ends: nobody is to come any more. Called by the main thread.
    func leave() {
        departure.withLock { departure in
            if !departure.isLeaving { tellWorkers(isLeaving: true) }
            departure.isEnding = true
        }
    }

    /// Tells those who balance in front to leave the node, until ``resumeNode()`` or the end of the process; listeners
    /// stay open.
    public func drainNode() -> NodeReadiness {
        let isNew = departure.withLock { departure in
            defer { departure.isAsked = true }
            guard !departure.isLeaving else { return false }
            tellWorkers(isLeaving: true)
            return true
        }
        if isNew {
            events.write(.info, "this node is drained by control: /readyz says 503, and clients are told to leave")
        }
        return readiness()
    }

    /// Ends what ``drainNode()`` began.
    ///
    /// - Throws: ``SupervisionError/Kind/ending`` where the process ends.
    public func resumeNode() throws(SupervisionError) -> NodeReadiness {
        let (wasAsked, isEnding) = departure.withLock { departure in
            defer { departure.isAsked = false }
            if departure.isAsked, !departure.isEnding { tellWorkers(isLeaving: false) }
            return (departure.isAsked, departure.isEnding)
        }
        guard !isEnding else {
            throw SupervisionError(.ending, "the process ends", cure: "ask the one that is started after it")
        }
        if wasAsked {
            events.write(.info, "this node is resumed by control")
        }
        return readiness()
    }

    /// Called under the lock of ``departure``: what workers hear last is what holds, whoever asks at the same time.
    private func tellWorkers(isLeaving: Bool) {
        for worker in current.workers { worker.mailbox.post(.announceEnd(isLeaving)) }
    }

    /// Asks every worker how it is.
    ///
    /// - Parameter countsPools: whether each is to tell of its connections to members, looking at all of them.
    public func survey(countsPools: Bool) -> Survey {
        let workers = current.workers
        let survey = Survey(workers: workers.count, countsPools: countsPools)
        for worker in workers { worker.mailbox.post(.survey(survey)) }
        return survey
    }

    /// Metrics as text.
    ///
    /// - Parameters:
    ///   - reports: what workers have told of themselves.
    ///   - format: in which form.
    /// - Returns: `nil` where nothing is measured.
    package func metrics(_ reports: Survey.Reports, as format: Exposition.Format) -> MetricsPage? {
        let served = current
        guard let measures = served.measures else { return nil }
        var process = MetricsPage.Process(began: beganAt)
        process.isDraining = departure.withLock { $0.isLeaving }
        process.reloads = reloads.withLock { $0 }
        process.eventLinesLost = events.lostTotal
        process.memoryBytesMax = memoryBytesMax
        process.waiting = served.workers.reduce(0) { $0 + $1.room.waitingCount }
        let subject = MetricsPage.Subject(
            edge: served.edge, addresses: served.addresses.map(\.description),
            certificates: served.identities.map { ($0.path, $0.notAfter) })
        return MetricsPage(
            subject, measures: measures, process: process, reports: reports, as: format, now: nowMillis)
    }
}
