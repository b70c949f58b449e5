import Balancing
import BasicContainers

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
    /// it. Not in a usual array, out of which one would be retained: all workers would write its count of references.
    package let answers: RigidArray<CounterTable>

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
            let former = predecessor.measures
            for index in 0..<former.answers.count {
                known[ObjectIdentifier(predecessor.members[index].state)] = former.answers[index]
            }
        }
        var answers = RigidArray<CounterTable>(capacity: min(timedCount, members.count))
        for member in members.prefix(timedCount) {
            answers.append(
                known[ObjectIdentifier(member.state)] ?? CounterTable(columns: Durations.columns, workers: workers))
        }
        self.answers = answers
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
        Durations.count(time, in: answers[member], at: 0, worker: worker)
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
