import Balancing
import Bytes
import HTTP
import Model
import Reactor

/// What all that happens on one worker's thread shares, and an exchange works with: the edge that is served, the time,
/// stores, members and the journal. There is no event loop in it, so that a test can lay one out by hand.
///
/// Belongs to one worker's thread.
package final class Bench {
    /// Whose it is: the worker's index.
    let worker: Int
    let clock: TurnClock
    let stores = Stores()
    /// Pools, and the requests that wait.
    package let members: Members
    /// The logs of what happens.
    package let journal: Journal
    let random: RandomNumbers
    /// What is left to the end of the turn.
    package let turnEnd = TurnEnd()
    private(set) var edge: Edge
    private(set) var settings: WorkerSettings
    private var freeExchange: Exchange?
    private var freeExchangeCount = 0

    /// - Parameters:
    ///   - worker: the worker's index.
    ///   - signal: tells the other workers that requests of this one wait.
    ///   - siblings: the other workers.
    package init(
        worker: Int = 0, edge: Edge, clock: TurnClock, signal: RoomSignal, siblings: [WorkerHandle], journal: Journal,
        random: RandomNumbers
    ) {
        self.worker = worker
        self.edge = edge
        self.clock = clock
        members = Members(clock: clock, signal: signal, siblings: siblings)
        self.journal = journal
        self.random = random
        settings = WorkerSettings(edge.configuration)
        stores.allow(settings.compressionPolicy.kinds)
    }

    /// Slabs that exchanges and connections hold now.
    package var lentSlabCount: Int { stores.buffers.lentCount }

    /// Exchanges that are over and wait to be taken up again.
    package var idleExchangeCount: Int { freeExchangeCount }

    /// Milliseconds of the clock when ``onDeadline()`` is to be called for those who wait; `Int.max`: never.
    package var nextMillis: Int { members.requestQueue.nextMillis }

    /// Lets those who wait know that their time has come.
    package func onDeadline() {
        members.requestQueue.onDeadline()
    }

    /// Does what was left to the end of the turn.
    package func endTurn() {
        members.requestQueue.onTurnEnd()
        // May end exchanges that others wait for.
        turnEnd.run()
    }

    /// Goes by a new edge from here on. What is under way keeps what it needs of the old one.
    ///
    /// - Parameter memories: of the edge's balancers whose affinity is written into cookies, by their index.
    package func serve(_ edge: Edge, memories: [AffinityMemory?]) {
        self.edge = edge
        settings = WorkerSettings(edge.configuration)
        stores.allow(settings.compressionPolicy.kinds)
        journal.format = edge.configuration.accessLog?.format
        members.serve(edge, memories: memories)
    }

    /// An exchange to ``Exchange/begin(_:peer:head:source:)``.
    package func takeExchange() -> Exchange {
        guard let exchange = freeExchange.take() else { return Exchange(bench: self) }
        freeExchange = exchange.next.take()
        freeExchangeCount -= 1
        return exchange
    }

    /// Takes an exchange back that is over.
    func giveBack(_ exchange: Exchange) {
        guard freeExchangeCount < WorkerLimits.freeExchangesMax else { return }
        freeExchangeCount += 1
        exchange.next = freeExchange.take()
        freeExchange = exchange
    }

    /// Tells the requests that wait, on whatever worker, that a member has room again.
    ///
    /// - Parameter member: one that was let go of.
    func announceRoom(of member: Member) {
        // A limit may also have come with a reload.
        if member.specification.exchangesMax != nil || settings.limitsMembers { members.announceRoom() }
    }
}
