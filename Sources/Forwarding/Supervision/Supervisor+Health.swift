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
        if departure.isReplaced, !departure.isAsked {
            return NodeReadiness(isReady: true, words: "ready: another process serves in place of this one")
        }
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
    ///
    /// - Throws: ``SupervisionError/Kind/ending`` where another process takes this one's place.
    public func drainNode() throws(SupervisionError) -> NodeReadiness {
        var isNew = false
        try change { departure in
            isNew = !departure.isLeaving
            departure.isAsked = true
            if isNew { tellWorkers(isLeaving: true) }
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
        var (wasAsked, isEnding) = (false, false)
        try change { departure in
            (wasAsked, isEnding) = (departure.isAsked, departure.isEnding)
            if wasAsked, !isEnding { tellWorkers(isLeaving: false) }
            departure.isAsked = false
        }
        guard !isEnding else { throw .processEnds }
        if wasAsked {
            events.write(.info, "this node is resumed by control")
        }
        return readiness()
    }

    /// Called under the lock of ``departure``: what workers hear last is what holds, whoever asks at the same time.
    private func tellWorkers(isLeaving: Bool) {
        for worker in current.workers { worker.mailbox.post(.announceEnd(isLeaving)) }
    }

    /// Says that another process is given what this one leaves: what would be changed from here on is refused, until
    /// ``keep()``. Called by the main thread.
    ///
    /// - Returns: whether the node is drained by control.
    func handOver() -> Bool {
        departure.withLock { departure in
            departure.isHandedOver = true
            return departure.isAsked
        }
    }

    /// Says that this process goes on with what it was about to leave. Called by the main thread.
    func keep() {
        departure.withLock { $0.isHandedOver = false }
    }

    /// Whether another process has what this one leaves.
    var isHandedOver: Bool { departure.withLock { $0.isHandedOver } }

    /// Changes something that a process which takes this one's place is to know of: before that is given what there is,
    /// or not at all.
    ///
    /// - Parameter body: called under the lock of ``departure``.
    func change(_ body: (inout Departure) -> Void) throws(SupervisionError) {
        let isDone = departure.withLock { departure in
            if !departure.isHandedOver { body(&departure) }
            return !departure.isHandedOver
        }
        guard isDone else { throw .isHandedOver }
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
        process.waiting = served.workers.reduce(0) { $0 + $1.room.waitingCount }
        let subject = MetricsPage.Subject(
            edge: served.edge, addresses: served.addresses.map(\.description),
            certificates: served.identities.map { ($0.path, $0.notAfter) })
        return MetricsPage(
            subject, measures: measures, process: process, reports: reports, as: format, now: nowMillis)
    }
}
