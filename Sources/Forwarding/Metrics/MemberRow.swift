import Balancing
import Model

/// The numbers of a member at a scrape, or the sums of several members.
struct MemberRow {
    /// What stands where.
    enum Column: Int, CaseIterable {
        case isUp, isDraining, isDisabled, loadFactor, exchanges, exchangesMax, tunnels
        case elected, failures, informed, succeeded, redirected, refused, broken
        case sentBytes, receivedBytes, used, idle, waiting, sessions
        case isCheckedUp, checksPassed, checksFailed, checksSaved

        /// The family, and the label that tells its columns apart.
        var place: (family: MetricFamily, label: [UInt8]) {
            switch self {
            case .isUp: (.memberUp, [])
            case .isDraining: (.memberDraining, [])
            case .isDisabled: (.memberDisabled, [])
            case .loadFactor: (.memberLoadFactor, [])
            case .exchanges: (.memberExchanges, [])
            case .exchangesMax: (.memberExchangesMax, [])
            case .tunnels: (.memberTunnels, [])
            case .elected: (.memberElected, [])
            case .failures: (.memberFailures, [])
            case .informed: (.memberAnswers, Exposition.label("code", "1xx"))
            case .succeeded: (.memberAnswers, Exposition.label("code", "2xx"))
            case .redirected: (.memberAnswers, Exposition.label("code", "3xx"))
            case .refused: (.memberAnswers, Exposition.label("code", "4xx"))
            case .broken: (.memberAnswers, Exposition.label("code", "5xx"))
            case .sentBytes: (.memberSentBytes, [])
            case .receivedBytes: (.memberReceivedBytes, [])
            case .used: (.memberConnections, Exposition.label("state", "used"))
            case .idle: (.memberConnections, Exposition.label("state", "idle"))
            case .waiting: (.memberWaiting, [])
            case .sessions: (.memberSessions, [])
            case .isCheckedUp: (.memberCheckUp, [])
            case .checksPassed: (.memberChecks, Exposition.label("result", "passed"))
            case .checksFailed: (.memberChecks, Exposition.label("result", "failed"))
            case .checksSaved: (.memberChecks, Exposition.label("result", "saved"))
            }
        }
    }

    /// Written `balancer="shop",member="node1"`.
    let labels: [UInt8]
    /// The member's histogram; `nil`: it has none of its own.
    var answers: CounterTable?
    /// By the columns; `nil`: there is none. In place, as there may be thousands of rows.
    private var numbers = InlineArray<24, UInt64?>(repeating: nil)

    /// The number of a column.
    subscript(column: Column) -> UInt64? { numbers[column.rawValue] }

    /// A member's.
    ///
    /// - Parameters:
    ///   - index: the member's in its balancer.
    ///   - pool: connections of all workers; `nil`: not known.
    ///   - sessions: how many it has; `nil`: not known.
    ///   - now: milliseconds of the event loops' clock.
    init(_ balancer: Balancer, _ index: Int, pool: PoolCounts?, sessions: Int?, now: Int64, labels: [UInt8]) {
        self.labels = labels
        let member = balancer.chooser.members[index]
        let (declared, live) = (member.specification, member.state)
        let state = balancer.state(of: index, now: now)
        set(.isUp, state == .usable || state == .draining ? 1 : 0)
        set(.isDraining, balancer.chooser.isDraining(index, now: now) ? 1 : 0)
        set(.isDisabled, state == .disabled ? 1 : 0)
        set(.loadFactor, declared.loadFactor.hundredths)
        set(.exchanges, live.inFlightCount)
        set(.exchangesMax, declared.exchangesMax)
        set(.tunnels, live.tunnelCount)
        numbers[Column.elected.rawValue] = live.electedCount
        numbers[Column.failures.rawValue] = live.failureCount
        for hundreds in 1...5 {
            numbers[Column.informed.rawValue + hundreds - 1] = live.answerCount(hundreds)
        }
        numbers[Column.sentBytes.rawValue] = live.sentBytes
        numbers[Column.receivedBytes.rawValue] = live.receivedBytes
        set(.used, pool?.used)
        set(.idle, pool?.idle)
        set(.waiting, pool?.waiting)
        if balancer.checks[index] != nil {
            let tally = balancer.tallies[index]
            set(.isCheckedUp, member.causes(now: now).contains(HealthCauses(.failedCheck)) ? 0 : 1)
            numbers[Column.checksPassed.rawValue] = tally.passedCount
            numbers[Column.checksFailed.rawValue] = tally.failedCount
            numbers[Column.checksSaved.rawValue] = tally.savedCount
        }
        set(.sessions, sessions)
    }

    private mutating func set(_ column: Column, _ number: Int?) {
        numbers[column.rawValue] = number.map { UInt64(max(0, $0)) }
    }

    /// Adds another member's.
    mutating func add(_ other: MemberRow) {
        for index in numbers.indices {
            guard let number = other.numbers[index] else { continue }
            numbers[index] = (numbers[index] ?? 0) &+ number
        }
    }
}
