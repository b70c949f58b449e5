import Balancing
import Model
import Reactor

/// What is told at one scrape.
package struct MetricsPage {
    /// What every worker serves.
    package struct Subject {
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
    package struct Process {
        var usage = ProcessUsage()
        /// Seconds since 1970 when it began.
        var began: Int
        var isDraining = false
        var reloads = ReloadTally()
        /// Lines that the event log has lost.
        var eventLinesLost = 0
        /// Requests that wait for a member.
        var waiting = 0

        /// A process that has just begun.
        ///
        /// - Parameter began: seconds since 1970.
        package init(began: Int) {
            self.began = began
        }
    }

    private let subject: Subject
    private let measures: Measures
    private let process: Process
    private let reports: Survey.Reports
    private let plan: SeriesPlan
    private let now: Int64
    private var output: Exposition

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
        plan = SeriesPlan(subject.edge.configuration, workers: subject.edge.workers)
        let series =
            SeriesPlan.processSeriesMax + plan.balancers * SeriesPlan.balancerSeries
            + plan.members * SeriesPlan.memberSeries + plan.timedMembers * SeriesPlan.histogramSeries
        output = Exposition(format, capacity: series * MetricsLimits.sampleBytes)
    }

    private var edge: Edge { subject.edge }

    /// Writes the page.
    package mutating func text() -> [UInt8] {
        putProcess()
        putConnections()
        putSecurity()
        putBalancers()
        putMembers()
        output.end()
        return output.bytes
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
        output.put([], histogram: times[...])
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

    private mutating func putBalancers() {
        var rows: [BalancerRow] = [BalancerRow(measures.strays, labels: Exposition.label("balancer", ""))]
        var others: BalancerRow?
        for (index, balancer) in edge.balancers.enumerated() {
            guard let table = balancer.measures?.table else { continue }
            let name = index < plan.balancers ? balancer.configuration.name : Exposition.others
            var row = BalancerRow(table, labels: Exposition.label("balancer", name))
            row.members = balancer.chooser.members.count
            row.membersUp = balancer.upCount(now: now)
            if index < plan.balancers {
                rows.append(row)
            } else {
                if others == nil { others = row } else { others?.add(row) }
            }
        }
        if let others { rows.append(others) }
        output.begin(.requests)
        for row in rows {
            for (column, label) in Self.codes.enumerated() {
                output.put(row.labels, label, .whole(row.counts[BalancerMeasures.Column.statuses + column]))
            }
        }
        for (family, column) in BalancerRow.columns {
            output.begin(family)
            for row in rows { output.put(row.labels, .whole(row.counts[column])) }
        }
        for (family, first) in BalancerRow.histograms {
            output.begin(family)
            for row in rows { output.put(row.labels, histogram: row.counts[first..<first + Durations.columns]) }
        }
        output.begin(.balancerMembers)
        for row in rows.dropFirst() { output.put(row.labels, .whole(UInt64(row.members))) }
        output.begin(.balancerMembersUp)
        for row in rows.dropFirst() { output.put(row.labels, .whole(UInt64(row.membersUp))) }
        putOutcomes()
    }

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
            ("connections", refused.connections), ("streams", refused.streams),
        ] {
            output.put(Exposition.label("rule", rule), .whole(count))
        }
    }

    private static let codes = ["none", "1xx", "2xx", "3xx", "4xx", "5xx"].map { Exposition.label("code", $0) }

    // MARK: - Members

    private mutating func putMembers() {
        let pools = self.pools
        var rows: [MemberRow] = []
        var timed: [(labels: [UInt8], table: CounterTable)] = []
        var far: MemberRow?
        var before = 0
        for (index, balancer) in edge.balancers.enumerated() {
            let name = index < plan.balancers ? balancer.configuration.name : Exposition.others
            var others: MemberRow? = index < plan.balancers ? nil : far
            for (number, member) in balancer.chooser.members.enumerated() {
                let isOwn = index < plan.balancers && before + number < plan.members
                let labels =
                    isOwn || others == nil
                    ? Exposition.labels([("balancer", name), ("member", isOwn ? member.name : Exposition.others)]) : []
                let row = MemberRow(
                    balancer, number, pool: pools.map { $0[before + number] },
                    countsSessions: isOwn && rows.count < MetricsLimits.countedMembersMax, now: now, labels: labels)
                if isOwn {
                    rows.append(row)
                    if let answers = balancer.measures?.answersTable(of: number) { timed.append((labels, answers)) }
                } else {
                    if others == nil { others = row } else { others?.add(row) }
                }
            }
            before += balancer.chooser.members.count
            if index < plan.balancers { if let others { rows.append(others) } } else { far = others }
        }
        if let far { rows.append(far) }
        put(rows, timed)
    }

    private mutating func put(_ rows: [MemberRow], _ timed: [(labels: [UInt8], table: CounterTable)]) {
        var family: MetricFamily?
        for column in MemberRow.Column.allCases {
            let place = column.place
            // The columns of a family whose samples are told apart by a label are told member by member.
            guard place.family != family else { continue }
            family = place.family
            output.begin(place.family)
            let columns = MemberRow.Column.allCases.filter { $0.place.family == family }
            for row in rows {
                for column in columns {
                    if let number = row[column] {
                        output.put(
                            row.labels, column.place.label,
                            column == .loadFactor ? .hundredths(Int(number)) : .whole(number))
                    }
                }
            }
        }
        output.begin(.memberAnswerTimes)
        for (labels, table) in timed {
            let counts = (0..<Durations.columns).map { table.sum($0) }
            output.put(labels, histogram: counts[...])
        }
    }

    /// Connections of all workers to each member, by the balancers' and the members' order; `nil` where not all workers
    /// have told of what is served.
    private var pools: [PoolCounts]? {
        var sums: [PoolCounts]?
        for report in reports {
            guard let report, report.installation == edge.installation else { return nil }
            guard var known = sums else {
                sums = report.pools
                continue
            }
            guard known.count == report.pools.count else { return nil }
            for index in known.indices { known[index].add(report.pools[index]) }
            sums = known
        }
        return sums
    }
}

/// The numbers of a balancer at a scrape.
private struct BalancerRow {
    let labels: [UInt8]
    /// As the columns of ``BalancerMeasures``.
    var counts: [UInt64]
    var members = 0
    var membersUp = 0

    static let columns: [(MetricFamily, Int)] = [
        (.ownAnswers, BalancerMeasures.Column.own), (.retries, BalancerMeasures.Column.retries),
        (.requestBytes, BalancerMeasures.Column.requestBytes), (.answerBytes, BalancerMeasures.Column.answerBytes),
    ]
    static let histograms: [(MetricFamily, Int)] = [
        (.durations, BalancerMeasures.Column.durations), (.answers, BalancerMeasures.Column.answers),
    ]

    init(_ table: CounterTable, labels: [UInt8]) {
        self.labels = labels
        counts = (0..<BalancerMeasures.Column.count).map { table.sum($0) }
    }

    /// Adds another balancer's.
    mutating func add(_ other: BalancerRow) {
        for index in counts.indices { counts[index] &+= other.counts[index] }
        members += other.members
        membersUp += other.membersUp
    }
}
