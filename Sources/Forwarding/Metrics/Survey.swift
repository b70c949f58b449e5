import Synchronization

/// What workers are asked: each answers once from its own thread, between two turns, so that an answer also shows that
/// it turns.
public final class Survey: Sendable {
    /// By the workers' indices; `nil` of those who have not answered in time.
    public typealias Reports = [WorkerReport?]

    private struct State {
        var reports: Reports
        var left: Int
        var isOver = false
        var onEnd: (@Sendable (Reports) -> Void)?
    }

    /// Whether workers tell of their connections to members; else that they turn is all that is asked.
    let countsPools: Bool
    private let state: Mutex<State>

    /// - Parameters:
    ///   - workers: how many are asked.
    ///   - countsPools: whether they are to tell of their connections.
    package init(workers: Int, countsPools: Bool) {
        self.countsPools = countsPools
        state = Mutex(State(reports: Array(repeating: nil, count: workers), left: workers))
    }

    /// Takes a worker's answer.
    package func answer(_ report: WorkerReport, of worker: Int) {
        let isLast = state.withLock { state in
            state.reports[worker] = report
            state.left -= 1
            return state.left == 0
        }
        if isLast { end() }
    }

    /// Waits for nobody any longer.
    public func end() {
        let (reports, onEnd) = state.withLock { state in
            state.isOver = true
            return (state.reports, state.onEnd.take())
        }
        onEnd?(reports)
    }

    /// Calls `body` once, when all have answered or nobody is waited for any longer: on whatever thread ends it.
    ///
    /// - Parameter body: must not hold its thread up, which may be a worker's.
    public func onEnd(_ body: @escaping @Sendable (Reports) -> Void) {
        let reports = state.withLock { state -> Reports? in
            guard !state.isOver else { return state.reports }
            state.onEnd = body
            return nil
        }
        if let reports { body(reports) }
    }
}

/// What a worker tells of itself.
public struct WorkerReport: Sendable {
    /// Which installation of the edge it serves.
    package var installation: Int
    /// Connections to members, by the balancers' and the members' order in that; none where they were not asked for.
    package var pools: [PoolCounts]

    /// Puts a report together.
    package init(installation: Int, pools: [PoolCounts]) {
        self.installation = installation
        self.pools = pools
    }
}

/// A worker's connections to a member.
public struct PoolCounts: Sendable {
    /// Those that requests have, and those that are being made.
    package var used: Int
    /// Those that wait for a request.
    package var idle: Int
    /// Requests that wait for one.
    package var waiting: Int

    /// The counts of a pool.
    init(_ machine: PoolMachine) {
        used = machine.lentCount + machine.shared.count
        idle = machine.idleCount
        waiting = machine.waitingCount
    }

    /// No connections.
    package init() {
        (used, idle, waiting) = (0, 0, 0)
    }

    /// Adds what another worker has.
    mutating func add(_ other: PoolCounts) {
        used += other.used
        idle += other.idle
        waiting += other.waiting
    }
}
