import Balancing
import Model
import Reactor

/// What is told at one scrape, piece by piece: a page of 10,000 members has some 30 MB, of which no more is kept than
/// is on its way.
package struct MetricsPage: Sendable {
    /// What every worker serves.
    package struct Subject: Sendable {
        let edge: Edge
        /// Where it listens, by the listeners' index.
        let addresses: [String]
        /// The certificates: their files' paths, and the seconds since 1970 after which clients refuse them.
        let certificates: [(path: String, notAfter: Int)]

        /// Puts a subject together.
        package init(edge: Edge, addresses: [String], certificates: [(path: String, notAfter: Int)]) {
            self.edge = edge
            self.addresses = addresses
            self.certificates = certificates
        }
    }

    /// What the process knows of itself.
    package struct Process: Sendable {
        var usage = ProcessUsage()
        /// Seconds since 1970 when it began.
        var began: Int
        var isDraining = false
        var reloads = ReloadTally()
        /// Lines that the event log has lost.
        var eventLinesLost = 0
        /// Requests that wait for a member.
        var waiting = 0
        /// Bytes of memory that the process is to have at most; `nil`: any.
        var memoryBytesMax: Int?

        /// A process that has just begun.
        ///
        /// - Parameter began: seconds since 1970.
        package init(began: Int) {
            self.began = began
        }
    }

    let subject: Subject
    let measures: Measures
    private let process: Process
    let reports: Survey.Reports
    let labels: SeriesLabels
    let now: Int64
    var output: Exposition
    private(set) var balancers: [BalancerRow] = []
    private(set) var members: [MemberRow] = []
    /// Which of ``runs`` is told, and which of its rows is next.
    var (run, row) = (0, 0)
    private var isBegun = false
    private var isEnded = false

    /// Puts a page together.
    ///
    /// - Parameters:
    ///   - reports: what workers have told of themselves.
    ///   - now: milliseconds of the event loops' clock.
    package init(
        _ subject: Subject, measures: Measures, process: Process, reports: Survey.Reports,
        as format: Exposition.Format, now: Int64
    ) {
        self.subject = subject
        self.measures = measures
        self.process = process
        self.reports = reports
        self.now = now
        labels = measures.labels(of: subject.edge)
        output = Exposition(format, capacity: MetricsLimits.pieceBytes + MetricsLimits.pieceSpareBytes)
    }

    var edge: Edge { subject.edge }

    var plan: SeriesPlan { labels.plan }

    /// The next piece; `nil`: there is none.
    package mutating func next() -> [UInt8]? {
        if !isBegun { begin() }
        while run < Self.runs.count, !isFull { putRows(of: Self.runs[run]) }
        if run == Self.runs.count, !isEnded {
            output.end()
            isEnded = true
        }
        return output.bytes.isEmpty ? nil : output.take()
    }

    var isFull: Bool { output.bytes.count >= MetricsLimits.pieceBytes }

    /// Writes what there is one of, and reads what there are many of.
    private mutating func begin() {
        isBegun = true
        putProcess()
        putConnections()
        putSecurity()
        putOutcomes()
        balancers = balancerRows
        members = memberRows
    }

    private mutating func put(_ family: MetricFamily, _ number: Exposition.Number) {
        output.begin(family)
        output.put(number)
    }

    private mutating func put(_ family: MetricFamily, _ number: Int) {
        put(family, .whole(UInt64(max(0, number))))
    }

    // MARK: - The process

    private mutating func putProcess() {
        output.begin(.buildInformation)
        output.put(Exposition.label("version", Version.current), .whole(1))
        put(.generation, edge.generation)
        put(.reloadSuccess, process.reloads.isLastAccepted ? 1 : 0)
        put(.reloadTime, process.reloads.acceptedAt)
        output.begin(.reloads)
        output.put(Exposition.label("result", "accepted"), .whole(process.reloads.accepted))
        output.put(Exposition.label("result", "rejected"), .whole(process.reloads.rejected))
        put(.draining, process.isDraining ? 1 : 0)
        output.begin(.workerUp)
        for (worker, report) in reports.enumerated() {
            output.put(Exposition.label("worker", "\(worker)"), .whole(report == nil ? 0 : 1))
        }
        output.begin(.logLinesLost)
        output.put(Exposition.label("log", "access"), .whole(UInt64(measures.log.lostTotal)))
        output.put(Exposition.label("log", "events"), .whole(UInt64(process.eventLinesLost)))
        put(.processTime, .nanoseconds(UInt64(process.usage.processorNanoseconds)))
        put(.processStart, process.began)
        put(.processResident, process.usage.residentBytes)
        put(.processVirtual, process.usage.virtualBytes)
        output.begin(.memoryMax)
        if let most = process.memoryBytesMax { output.put(.whole(UInt64(most))) }
        put(.processDescriptors, process.usage.descriptors)
        put(.processDescriptorsMax, process.usage.descriptorsMax)
        putLeftOut()
    }

    private mutating func putLeftOut() {
        let memberCount = edge.balancers.reduce(0) { $0 + $1.chooser.members.count }
        output.begin(.leftOut)
        for (kind, count, told) in [
            ("listeners", subject.addresses.count, plan.listeners),
            ("certificates", subject.certificates.count, plan.certificates),
            ("balancers", edge.balancers.count, plan.balancers), ("members", memberCount, plan.members),
        ] {
            output.put(Exposition.label("kind", kind), .whole(UInt64(max(0, count - told))))
        }
    }

    // MARK: - Clients

    private mutating func putConnections() {
        var rows: [(labels: [UInt8], open: UInt64, accepted: UInt64)] = []
        var others = (labels: Exposition.label("listener", Exposition.others), open: UInt64(0), accepted: UInt64(0))
        for (index, address) in subject.addresses.enumerated() {
            let table = measures.listener(address)
            // First those that have gone: who goes meanwhile has come.
            let gone = table.sum(1)
            let accepted = table.sum(0)
            let row = (labels: Exposition.label("listener", address), open: accepted - gone, accepted)
            if index < plan.listeners {
                rows.append((row.labels, row.open, row.2))
            } else {
                others.open += row.open
                others.accepted += row.2
            }
        }
        if subject.addresses.count > plan.listeners { rows.append(others) }
        output.begin(.connections)
        for row in rows { output.put(row.labels, .whole(row.open)) }
        output.begin(.accepted)
        for row in rows { output.put(row.labels, .whole(row.accepted)) }
        put(.connectionsMax, edge.configuration.limits.connectionsMax)
    }

    private mutating func putSecurity() {
        let ends = HandshakeEnd.allCases.map { (end: $0, count: measures.handshakes.sum($0.rawValue)) }
        output.begin(.handshakes)
        for (end, result) in [(HandshakeEnd.full, "full"), (.resumed, "resumed")] {
            output.put(Exposition.label("result", result), .whole(ends[end.rawValue].count))
        }
        let failed = ends.reduce(0) { $0 + ($1.end.reason == nil ? 0 : $1.count) }
        output.put(Exposition.label("result", "failed"), .whole(failed))
        output.begin(.handshakeFailures)
        for (end, count) in ends {
            if let reason = end.reason { output.put(Exposition.label("reason", "\(reason)"), .whole(count)) }
        }
        output.begin(.handshakeTimes)
        let first = Measures.handshakeTimes
        let times = (first..<first + Durations.columns).map { measures.handshakes.sum($0) }
        output.put([], histogram: times.span)
        output.begin(.certificateEnd)
        let certificates = subject.certificates
        for (path, notAfter) in certificates.prefix(plan.certificates) {
            output.put(Exposition.label("certificate", path), .whole(UInt64(max(0, notAfter))))
        }
        // Of those beyond, the one that ends first.
        if let next = certificates.dropFirst(plan.certificates).map(\.notAfter).min() {
            output.put(Exposition.label("certificate", Exposition.others), .whole(UInt64(max(0, next))))
        }
    }

    // MARK: - Requests

    private mutating func putOutcomes() {
        output.begin(.outcomes)
        for (index, outcome) in Outcome.allCases.enumerated() {
            let code = outcome == .answered ? "answered" : "\(outcome.code)"
            output.put(
                Exposition.labels([("outcome", code), ("source", outcome.entry.source.rawValue)]),
                .whole(measures.outcomes.sum(index)))
        }
        put(.waiting, process.waiting)
        let refused = edge.limiters.refusals.now
        output.begin(.refusals)
        for (rule, count) in [
            ("address", refused.addresses), ("rate", refused.rates), ("exchanges", refused.exchanges),
            ("connections", refused.connections), ("connection-rate", refused.connectionRates),
            ("streams", refused.streams),
        ] {
            output.put(Exposition.label("rule", rule), .whole(count))
        }
        let shed = edge.limiters.shed.now
        output.begin(.shed)
        for (limit, kind, count) in [
            ("connections", "idle-client", shed.idleForConnections),
            ("descriptors", "idle-client", shed.idleForDescriptors), ("memory", "idle-client", shed.idleClients),
            ("memory", "idle-member", shed.idleMembers), ("memory", "slow-client", shed.slowClients),
        ] {
            output.put(Exposition.labels([("limit", limit), ("kind", kind)]), .whole(count))
        }
    }
}
