import Balancing

/// What is measured of a balancer's requests, where metrics are told. Outlives a reload by the balancer's name, and
/// what is measured of a member by the member's.
package final class BalancerMeasures: Sendable {
    /// What stands where in ``table``.
    package enum Column {
        /// Requests that ended without an answer; behind it those by the class of their status, 1 ... 5.
        package static let statuses = 0
        /// Times that a request was given to a further member, or sent anew to the same one.
        package static let retries = 6
        /// Requests that Martlet answered itself.
        package static let own = 7
        /// Bytes of content from clients.
        package static let requestBytes = 8
        /// The same to them.
        package static let answerBytes = 9
        /// From a request's head to its end.
        package static let durations = 10
        /// From a request's head to the answer's, where a member has answered.
        package static let answers = durations + Durations.columns
        /// How many columns there are.
        package static let count = answers + Durations.columns
    }

    /// Of the balancer as a whole.
    package let table: CounterTable
    /// From a request's head to the answer's of a member, by its index: of the first ones, as the bound on series has
    /// it.
    package let answers: [CounterTable]

    /// - Parameters:
    ///   - members: what is measured of them goes on by their state, which outlives a reload.
    ///   - timedCount: how many of them have a histogram.
    ///   - predecessor: the measures of the balancer of this name before a reload, with its members then.
    init(
        _ members: [Member], timedCount: Int, workers: Int,
        replacing predecessor: (measures: BalancerMeasures, members: [Member])?
    ) {
        table = predecessor?.measures.table ?? CounterTable(columns: Column.count, workers: workers)
        var known: [ObjectIdentifier: CounterTable] = [:]
        if let predecessor {
            for (member, table) in zip(predecessor.members, predecessor.measures.answers) {
                known[ObjectIdentifier(member.state)] = table
            }
        }
        answers = members.prefix(timedCount).map {
            known[ObjectIdentifier($0.state)] ?? CounterTable(columns: Durations.columns, workers: workers)
        }
    }

    /// The histogram of a member; `nil` of one beyond the bound on series.
    package func answersTable(of member: Int) -> CounterTable? {
        member < answers.count ? answers[member] : nil
    }

    /// Counts a request that has ended.
    ///
    /// - Parameters:
    ///   - record: what is known of it.
    ///   - isTimed: whether its time is one of a request: not a tunnel's.
    ///   - ended: nanoseconds of the clock.
    func count(_ record: borrowing ExchangeRecord, isTimed: Bool, ended: Int, worker: Int) {
        Self.count(record, isTimed: isTimed, ended: ended, in: table, worker: worker)
        guard record.answered != 0 else { return }
        let time = record.answered - record.began
        Durations.count(time, in: table, at: Column.answers, worker: worker)
        // The member that was chosen last is the one that has answered.
        guard let member = record.choice?.member, member < answers.count else { return }
        // Not by `Durations.count`: handed on, the table is retained, and all workers write its count of references.
        let bucket = Durations.bucket(time)
        answers[member].add(1, to: bucket, worker: worker)
        answers[member].add(time, to: Durations.sum, worker: worker)
    }

    /// Counts a request of no balancer's, or what all have in common.
    static func count(
        _ record: borrowing ExchangeRecord, isTimed: Bool, ended: Int, in table: CounterTable, worker: Int
    ) {
        table.add(1, to: Column.statuses + min(record.status / 100, 5), worker: worker)
        table.add(record.requestBytes, to: Column.requestBytes, worker: worker)
        table.add(record.contentBytes, to: Column.answerBytes, worker: worker)
        if isTimed { Durations.count(ended - record.began, in: table, at: Column.durations, worker: worker) }
        if record.answered == 0, record.status != 0 { table.add(1, to: Column.own, worker: worker) }
        let retries = max(0, record.attempts - 1) + record.replays
        if retries > 0 { table.add(retries, to: Column.retries, worker: worker) }
    }
}
