import Synchronization

/// What is measured of the whole process, where metrics are told. Lives as long as it.
package final class Measures: Sendable {
    /// Requests of no balancer's; columns as of ``BalancerMeasures``.
    package let strays: CounterTable
    /// Requests by what became of them, in the order of ``Outcome/allCases``.
    let outcomes: CounterTable
    /// Handshakes by their ends, in the order of ``HandshakeEnd/allCases``; behind them the times of those that
    /// succeeded.
    let handshakes: CounterTable
    /// The access log's queue, which counts what it loses.
    let log: LogQueue
    private let workers: Int
    private let listeners = Mutex<[String: CounterTable]>([:])
    private let series = Mutex<(installation: Int, labels: SeriesLabels)?>(nil)
    private let sessions = Mutex(SessionTally())

    /// The first column of the times in ``handshakes``.
    static let handshakeTimes = HandshakeEnd.allCases.count

    /// - Parameters:
    ///   - workers: how many there are.
    ///   - log: the access log's queue.
    package init(workers: Int, log: LogQueue) {
        self.workers = workers
        self.log = log
        strays = CounterTable(columns: BalancerMeasures.Column.count, workers: workers)
        outcomes = CounterTable(columns: Outcome.allCases.count, workers: workers)
        handshakes = CounterTable(columns: Self.handshakeTimes + Durations.columns, workers: workers)
    }

    /// Connections that a listener has let in, and those of them that were closed. Any thread.
    ///
    /// - Parameter address: the listener's, port 0 resolved; one that comes again counts on.
    package func listener(_ address: String) -> CounterTable {
        listeners.withLock { listeners in
            if let known = listeners[address] { return known }
            let table = CounterTable(columns: 2, workers: workers)
            listeners[address] = table
            return table
        }
    }

    /// What stands in the braces of an edge's series. Any thread; written where the installation is another one than at
    /// the scrape before.
    package func labels(of edge: Edge) -> SeriesLabels {
        series.withLock { series in
            if let known = series, known.installation == edge.installation { return known.labels }
            let labels = SeriesLabels(edge)
            series = (edge.installation, labels)
            return labels
        }
    }

    /// The sessions of an edge's first members; see ``SessionTally``. Any thread.
    func sessionCounts(of edge: Edge, _ memberCount: Int, now: Int64) -> [Int?] {
        sessions.withLock {
            $0.counts(of: edge, memberCount, bound: MetricsLimits.countedMembersMax, now: now)
        }
    }

    /// The tables of all listeners so far, by their addresses. Any thread.
    var listenerTables: [String: CounterTable] { listeners.withLock { $0 } }

    /// Counts a request of a balancer's that has ended. Neither the balancer nor its measures are retained on the way:
    /// they have one count of references for all workers.
    ///
    /// - Parameters:
    ///   - isTimed: whether its time is one of a request: not a tunnel's.
    ///   - ended: nanoseconds of the clock.
    func count(_ record: borrowing ExchangeRecord, of balancer: Balancer, isTimed: Bool, ended: Int, worker: Int) {
        balancer.measures?.count(record, isTimed: isTimed, ended: ended, worker: worker)
        count(record.outcome, worker: worker)
    }

    /// The same of one that was no balancer's.
    func countStray(_ record: borrowing ExchangeRecord, isTimed: Bool, ended: Int, worker: Int) {
        BalancerMeasures.count(record, isTimed: isTimed, ended: ended, in: strays, worker: worker)
        count(record.outcome, worker: worker)
    }

    private func count(_ outcome: Outcome, worker: Int) {
        // The first one of the list, which spares the look-up.
        outcomes.add(1, to: outcome == .answered ? 0 : outcome.index, worker: worker)
    }

    /// Counts a handshake.
    ///
    /// - Parameter nanoseconds: how long it took; of use where it has succeeded.
    func count(_ end: HandshakeEnd, nanoseconds: Int = 0, worker: Int) {
        handshakes.add(1, to: end.rawValue, worker: worker)
        guard end.reason == nil else { return }
        Durations.count(nanoseconds, in: handshakes, at: Self.handshakeTimes, worker: worker)
    }
}
