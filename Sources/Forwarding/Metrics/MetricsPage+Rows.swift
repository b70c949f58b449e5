import Balancing

/// What is told of each balancer and of each member: family by family, of which each has as many rows as there are.
extension MetricsPage {
    /// What a family tells of its rows.
    enum Run: Sendable {
        /// Of balancers: requests by the class of their status, a column, a histogram that begins at one, and members.
        case codes
        case balancerColumn(MetricFamily, Int)
        case balancerHistogram(MetricFamily, Int)
        case declaredMembers, upMembers
        /// Of members: the columns of a family, told apart by a label, and their histograms.
        case memberColumns(MetricFamily, [(column: MemberRow.Column, label: [UInt8])])
        case memberAnswers

        /// The family.
        var family: MetricFamily {
            switch self {
            case .codes: .requests
            case .balancerColumn(let family, _), .balancerHistogram(let family, _): family
            case .declaredMembers: .balancerMembers
            case .upMembers: .balancerMembersUp
            case .memberColumns(let family, _): family
            case .memberAnswers: .memberAnswerTimes
            }
        }

        /// Whether the rows are members.
        var isOfMembers: Bool {
            switch self {
            case .memberColumns, .memberAnswers: true
            case .codes, .balancerColumn, .balancerHistogram, .declaredMembers, .upMembers: false
            }
        }
    }

    /// All of them, in the order in which they are told.
    static let runs: [Run] = ofBalancers + ofMembers

    private static let ofBalancers: [Run] = [
        .codes, .balancerColumn(.ownAnswers, BalancerMeasures.Column.own),
        .balancerColumn(.retries, BalancerMeasures.Column.retries),
        .balancerColumn(.requestBytes, BalancerMeasures.Column.requestBytes),
        .balancerColumn(.answerBytes, BalancerMeasures.Column.answerBytes),
        .balancerHistogram(.durations, BalancerMeasures.Column.durations),
        .balancerHistogram(.answers, BalancerMeasures.Column.answers), .declaredMembers, .upMembers,
    ]

    private static let ofMembers: [Run] = {
        var runs: [Run] = []
        var told: Set<MetricFamily> = []
        for column in MemberRow.Column.allCases where told.insert(column.place.family).inserted {
            let family = column.place.family
            let columns = MemberRow.Column.allCases.filter { $0.place.family == family }
            runs.append(.memberColumns(family, columns.map { ($0, $0.place.label) }))
        }
        return runs + [.memberAnswers]
    }()

    private static let codes = ["none", "1xx", "2xx", "3xx", "4xx", "5xx"].map { Exposition.label("code", $0) }

    /// Writes rows of a run until the piece is full or there are no more.
    mutating func putRows(of run: Run) {
        if row == 0 { output.begin(run.family) }
        let count = run.isOfMembers ? members.count : balancers.count
        while row < count, !isFull {
            switch run {
            case .codes: putCodes()
            case .balancerColumn(_, let column):
                output.put(balancers[row].labels, .whole(balancers[row].counts[column]))
            case .balancerHistogram(_, let first):
                let counts = balancers[row].counts
                output.put(
                    balancers[row].labels, histogram: counts.span.extracting(first..<first + Durations.columns))
            case .declaredMembers: putMembers { $0.count }
            case .upMembers: putMembers { $0.up }
            case .memberColumns(_, let columns): put(columns)
            case .memberAnswers: putAnswers()
            }
            row += 1
        }
        if row >= count { (self.run, row) = (self.run + 1, 0) }
    }

    private mutating func putCodes() {
        for (column, label) in Self.codes.enumerated() {
            let count = balancers[row].counts[BalancerMeasures.Column.statuses + column]
            output.put(balancers[row].labels, label, .whole(count))
        }
    }

    private mutating func putMembers(_ number: ((count: Int, up: Int)) -> Int) {
        guard let members = balancers[row].members else { return }
        output.put(balancers[row].labels, .whole(UInt64(number(members))))
    }

    private mutating func put(_ columns: [(column: MemberRow.Column, label: [UInt8])]) {
        for (column, label) in columns {
            guard let number = members[row][column] else { continue }
            output.put(
                members[row].labels, label,
                column == .loadFactor ? .hundredths(Int(number)) : .whole(number))
        }
    }

    private mutating func putAnswers() {
        guard let table = members[row].answers else { return }
        var counts = InlineArray<16, UInt64>(repeating: 0)
        for column in 0..<Durations.columns { counts[column] = table.sum(column) }
        output.put(members[row].labels, histogram: counts.span)
    }

    // MARK: - Reading

    /// The numbers of all balancers: first those of requests that are none's, last the sums of those beyond the bound.
    var balancerRows: [BalancerRow] {
        var rows: [BalancerRow] = [BalancerRow(measures.strays, labels: Exposition.label("balancer", ""))]
        var others: BalancerRow?
        for (index, balancer) in edge.balancers.enumerated() {
            guard let table = balancer.measures?.table else { continue }
            let isOwn = index < plan.balancers
            let row = BalancerRow(
                table, members: (balancer.chooser.members.count, balancer.upCount(now: now)),
                labels: labels.balancers[isOwn ? index : plan.balancers])
            if isOwn {
                rows.append(row)
            } else {
                if others == nil { others = row } else { others?.add(row) }
            }
        }
        if let others { rows.append(others) }
        return rows
    }

    /// The numbers of all members, behind those of each balancer the sums of its members beyond the bound.
    var memberRows: [MemberRow] {
        let pools = self.pools
        let sessions = measures.sessionCounts(of: edge, plan.members, now: now)
        var rows: [MemberRow] = []
        rows.reserveCapacity(plan.members + plan.balancers + 1)
        var far: MemberRow?
        var before = 0
        for (index, balancer) in edge.balancers.enumerated() {
            let hasOwn = index < plan.balancers
            let othersLabels = labels.others[hasOwn ? index : plan.balancers]
            var others: MemberRow? = hasOwn ? nil : far
            for number in balancer.chooser.members.indices {
                let place = before + number
                let isOwn = hasOwn && place < plan.members
                var row = MemberRow(
                    balancer, number, pool: pools.map { $0[place] }, sessions: isOwn ? sessions[place] : nil,
                    now: now, labels: isOwn ? labels.members[place] : othersLabels)
                if isOwn {
                    row.answers = balancer.measures?.answersTable(of: number)
                    rows.append(row)
                } else {
                    if others == nil { others = row } else { others?.add(row) }
                }
            }
            before += balancer.chooser.members.count
            if hasOwn { if let others { rows.append(others) } } else { far = others }
        }
        if let far { rows.append(far) }
        return rows
    }

    /// Connections of all workers to each member, by the balancers' and the members' order; `nil` where not all workers
    /// have told of what is served.
    private var pools: [PoolCounts]? {
        guard reports.allSatisfy({ $0?.installation == edge.installation }) else { return nil }
        var sums: [PoolCounts] = []
        for case let report? in reports {
            if sums.isEmpty {
                sums = report.pools
            } else {
                guard sums.count == report.pools.count else { return nil }
                for index in sums.indices { sums[index].add(report.pools[index]) }
            }
        }
        return sums.isEmpty ? nil : sums
    }
}
