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
    /// What is left to the next turn.
    package let nextTurn = NextTurn()
    /// What is done with files by threads that may wait for the disk.
    package let files: FileDesk
    /// What is buffered of answers and requests.
    package let spools: SpoolDesk
    /// Users, and the requests that wait until it is known whether they are theirs.
    package let passwords: PasswordDesk
    private(set) var edge: Edge
    private(set) var settings: WorkerSettings
    private var freeExchange: Exchange?
    private var exchanges = Reserve(least: WorkerLimits.exchangesLeast)

    /// - Parameters:
    ///   - worker: the worker's index.
    ///   - signal: tells the other workers that requests of this one wait.
    ///   - siblings: the other workers.
    ///   - spoolRoom: how much files of answers and requests hold, of the whole process.
    ///   - onFileJob: has a job run by threads that may wait for the disk, as ``FileDesk`` wants it.
    ///   - onPasswordJob: has a password checked by a thread that has the time, as ``PasswordDesk`` wants it.
    package init(
        worker: Int = 0, edge: Edge, clock: TurnClock, signal: RoomSignal, siblings: [WorkerHandle], journal: Journal,
        random: RandomNumbers, spoolRoom: SpoolRoom = SpoolRoom(),
        onFileJob: @escaping (FileJob) -> Bool = { _ in false },
        onPasswordJob: @escaping (PasswordJob) -> Bool = { _ in false }
    ) {
        self.worker = worker
        self.edge = edge
        self.clock = clock
        members = Members(worker: worker, clock: clock, signal: signal, siblings: siblings)
        self.journal = journal
        self.random = random
        files = FileDesk(stores: stores, turnEnd: turnEnd, enqueue: onFileJob)
        spools = SpoolDesk(stores: stores, files: files, room: spoolRoom) { journal.report(.warning, $0) }
        passwords = PasswordDesk(clock: clock, enqueue: onPasswordJob)
        settings = WorkerSettings(edge.configuration)
        stores.allow(edge.compressionPolicy.kinds)
        holdToLimits()
    }

    /// Slabs that exchanges and connections hold now.
    package var lentSlabCount: Int { stores.buffers.lentCount }

    /// What connections in records have left that are gone.
    package var sparePartsCount: Int { stores.fastCGIParts.count + stores.ajpParts.count }

    /// Exchanges that are over and wait to be taken up again.
    package var idleExchangeCount: Int { exchanges.keptCount }

    /// Milliseconds of the clock when ``onDeadline()`` is to be called for those who wait; `Int.max`: never.
    package var nextMillis: Int {
        min(members.requestQueue.nextMillis, members.retryPauses.nextMillis, passwords.nextMillis)
    }

    /// Lets those who wait know that their time has come.
    package func onDeadline() {
        members.requestQueue.onDeadline()
        members.retryPauses.onDeadline()
        passwords.onDeadline()
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
        stores.allow(edge.compressionPolicy.kinds)
        journal.serve(edge.configuration)
        holdToLimits()
        members.serve(edge, memories: memories)
    }

    /// As many exchanges are kept, and as much memory of slabs, as the clients could need that there may be.
    private func holdToLimits() {
        let connectionsMax = edge.configuration.limits.connectionsMax
        exchanges.bound = connectionsMax
        stores.buffers.keep(bytesOfASize: connectionsMax * BufferPool.smallBytes)
        spools.filesBytesMax = edge.configuration.limits.bufferFileBytesMax
    }

    /// An exchange to ``Exchange/begin(_:peer:head:source:)``.
    package func takeExchange() -> Exchange {
        guard let exchange = freeExchange.take() else {
            exchanges.lendNew()
            return Exchange(bench: self)
        }
        freeExchange = exchange.next.take()
        exchanges.lendKept()
        return exchange
    }

    /// Takes an exchange back that is over.
    func giveBack(_ exchange: Exchange) {
        guard exchanges.takeBack() else { return }
        exchange.next = freeExchange.take()
        freeExchange = exchange
    }

    // MARK: - What exchanges ask for with each request

    // Each step of a way through several objects is a call: a chain of constants would count references at each.

    /// An empty slab.
    func takeSlab(isLarge: Bool = false) -> Buffer {
        stores.takeSlab(isLarge: isLarge)
    }

    /// Takes a slab back.
    func giveBack(_ slab: consuming Buffer) {
        stores.giveBack(slab)
    }

    /// Another head is rewritten, of which nothing is replaced so far.
    func beginEdits() {
        stores.beginEdits()
    }

    /// The pool of a member's connections.
    func pool(of balancer: Balancer, member: Int) -> UpstreamPool {
        members.pool(of: balancer, member: member)
    }

    /// Whether metrics are told, for which exchanges are counted when they end.
    var isMeasuring: Bool { journal.isMeasuring }

    /// Whether requests wait for a member.
    var hasWaiting: Bool { members.hasWaiting }

    /// The value of `Date`.
    var date: HTTPDate.Text { journal.date }

    // MARK: - Memory

    /// An interval of every ``Reserve`` is over.
    package func endInterval() {
        exchanges.endInterval()
        stores.buffers.endInterval()
        members.endInterval()
    }

    /// Lets go of what is kept and too many: exchanges, slabs and idle connections to members.
    ///
    /// - Returns: whether there is more of it than a turn should take.
    package func shed() -> Bool {
        let count = WorkerLimits.shedMax
        let surplus = min(count, exchanges.surplus)
        for _ in 0..<surplus {
            freeExchange = freeExchange?.next.take()
            exchanges.letGo()
        }
        return max(surplus, stores.buffers.shed(count), members.shed(count)) >= count
    }

    /// Tells the requests that wait, on whatever worker, that a member has room again.
    ///
    /// - Parameter member: one that was let go of.
    func announceRoom(of member: Member) {
        // A limit may also have come with a reload.
        if member.specification.exchangesMax != nil || settings.limitsMembers { members.announceRoom() }
    }
}
