import Balancing
import Model
import Reactor

/// Begins connections to members; the event loop's side of ``UpstreamPool``.
package protocol UpstreamConnector: AnyObject {
    /// Begins a connection for a pool.
    ///
    /// - Parameter addressIndex: which of the member's addresses it is to lead to.
    func open(_ pool: UpstreamPool, addressIndex: Int) throws(SystemError) -> any PooledUpstream
}

/// What one worker has of members: connections, what was seen of their sessions' cookies, and the requests that wait
/// for one. Belongs to the worker's thread.
package final class Members {
    /// The requests that wait for a member.
    let requestQueue: RequestQueue
    /// Those that wait before they are sent anew.
    let retryPauses: RetryPauses
    private weak var heldConnector: (any UpstreamConnector)?
    private let siblings: [WorkerHandle]
    private var balancers: [Balancer] = []
    private var pools: [UpstreamPool.Key: UpstreamPool] = [:]
    /// The pools of the balancers by their members' indices, so that a request need not hash addresses.
    private var poolsByBalancer: [[UpstreamPool]] = []
    private var memories: [AffinityMemory?] = []
    /// What of balancers' requests was sent anew, by their names.
    private var retryBudgets: [String: RetryBudget] = [:]
    private let worker: Int
    private let clock: TurnClock

    /// - Parameters:
    ///   - worker: whose these are, by its index.
    ///   - signal: tells the others that requests of this worker wait.
    ///   - siblings: the other workers.
    init(worker: Int, clock: TurnClock, signal: RoomSignal, siblings: [WorkerHandle]) {
        self.worker = worker
        self.clock = clock
        requestQueue = RequestQueue(clock: clock, signal: signal)
        retryPauses = RetryPauses(clock: clock)
        self.siblings = siblings
    }

    /// Goes by a new edge from here on; pools of members that are served no more are retired.
    ///
    /// - Parameter memories: of the edge's balancers whose affinity is written into cookies, by their index.
    func serve(_ edge: Edge, memories: [AffinityMemory?]) {
        balancers = edge.balancers
        takeOverBudgets()
        let declared = Set(balancers.flatMap(\.pools))
        for (key, pool) in pools where !declared.contains(key) {
            pool.retire()
            pools[key] = nil
        }
        poolsByBalancer = balancers.map { balancer in balancer.pools.map(pool) }
        let idleMax = min(edge.configuration.limits.connectionsMax, UpstreamLimits.idleMax)
        for pool in pools.values { pool.keep(atMost: idleMax) }
        for memory in memories {
            if let memory, let old = self.memories.first(where: { $0?.balancer == memory.balancer }) ?? nil {
                memory.adopt(old)
            }
        }
        self.memories = memories
        requestQueue.move(to: edge)
        // What was freed before this worker knew of limits, nobody was told of.
        announceRoom()
    }

    /// Whether requests wait.
    var hasWaiting: Bool { requestQueue.count > 0 }

    /// The pool of a member's connections.
    func pool(of balancer: Balancer, member: Int) -> UpstreamPool {
        guard isServed(balancer) else { return pool(balancer.pools[member]) }
        return poolsByBalancer[balancer.index][member]
    }

    /// What there is of a balancer whose affinity is written into cookies; `nil` for a balancer that is served no more.
    func memory(of balancer: Balancer) -> AffinityMemory? {
        isServed(balancer) ? memories[balancer.index] : nil
    }

    private func isServed(_ balancer: Balancer) -> Bool {
        balancer.index < balancers.count && balancers[balancer.index] === balancer
    }

    private func pool(_ key: UpstreamPool.Key) -> UpstreamPool {
        if let pool = pools[key] { return pool }
        let pool = UpstreamPool(key: key)
        pools[key] = pool
        return pool
    }

    /// Who connects; the worker holds it.
    package var connector: (any UpstreamConnector)? {
        get { heldConnector }
        set { heldConnector = newValue }
    }

    /// Has an exchange wait for a connection of a pool, and begins one if need be.
    func connect(
        _ exchange: Exchange, from pool: UpstreamPool, addressIndex: Int
    ) throws(SystemError) -> any UpstreamStream {
        guard let connector else { preconditionFailure("the worker has ended") }
        return try pool.request(for: exchange, from: addressIndex, by: connector)
    }

    /// Tells the requests that wait, on whatever worker, that a member has room again.
    package func announceRoom() {
        requestQueue.onRoom()
        for sibling in siblings { sibling.announceRoom() }
    }

    /// How many connections there are to each member of the edge, by the balancers' and the members' order.
    var poolCounts: [PoolCounts] {
        var counts: [PoolCounts] = []
        counts.reserveCapacity(poolsByBalancer.reduce(0) { $0 + $1.count })
        for pools in poolsByBalancer { for pool in pools { counts.append(PoolCounts(pool.machine)) } }
        return counts
    }

    // MARK: - Retries

    private func takeOverBudgets() {
        let former = retryBudgets
        retryBudgets = [:]
        for balancer in balancers {
            let name = balancer.configuration.name
            retryBudgets[name] = former[name] ?? RetryBudget(count: electedCount(balancer), now: clock.nowMillis)
        }
    }

    /// Requests that this worker has given a balancer's members.
    private func electedCount(_ balancer: Balancer) -> UInt64 {
        balancer.chooser.members.reduce(0) { $0 &+ $1.state.electedCount(worker: worker) }
    }

    private func lookAtRequests(of balancer: Balancer) {
        retryBudgets[balancer.configuration.name]?.look(electedCount(balancer), now: clock.nowMillis)
    }

    /// Asks whether a request may be sent anew; at a balancer that is served no more it may.
    func mayRetry(at balancer: Balancer) -> Bool {
        lookAtRequests(of: balancer)
        return retryBudgets[balancer.configuration.name]?.allows(balancer.configuration.retryShare) ?? true
    }

    /// Counts a request that is sent anew.
    func spendRetry(at balancer: Balancer) {
        retryBudgets[balancer.configuration.name]?.spend()
    }

    /// Counts a request that another member is given.
    func noteFurther(at balancer: Balancer) {
        retryBudgets[balancer.configuration.name]?.noteFurther()
    }

    /// Whether it is to be told that too many were sent anew.
    func mustTellOfRetries(at balancer: Balancer) -> Bool {
        retryBudgets[balancer.configuration.name]?.mustTell() ?? false
    }

    /// An interval of the pools' ``Reserve`` is over.
    func endInterval() {
        for balancer in balancers { lookAtRequests(of: balancer) }
        for pool in pools.values { pool.endInterval() }
    }

    /// Closes idle connections that are too many.
    ///
    /// - Parameter count: how many at most.
    /// - Returns: how many there were.
    func shed(_ count: Int) -> Int {
        var left = count
        for pool in pools.values where left > 0 { left -= pool.shed(left) }
        return count - left
    }

    /// Frees descriptors when there are none left: the oldest idle connection to each member.
    ///
    /// - Returns: whether there was one.
    func freeDescriptors() -> Bool {
        var hasFreed = false
        for pool in pools.values where pool.closeOldest() { hasFreed = true }
        return hasFreed
    }
}
