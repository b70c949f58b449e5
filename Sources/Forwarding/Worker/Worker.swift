import Bytes
import HTTP
import Reactor
import TLS

/// One thread of the edge: its event loop and all that its connections share.
///
/// Everything here is touched by this worker's thread alone; what others may touch is in ``WorkerHandle``.
final class Worker: EventLoopDelegate {
    let handle: WorkerHandle
    let loop: EventLoop
    let buffers = BufferPool()
    let log: LogSlab
    private let events: EventLog
    let siblings: [WorkerHandle]
    private let server: Mailbox<ServerMessage>
    private(set) var edge: Edge

    // MARK: What a message needs while it is parsed and rebuilt, one at a time

    var requestHead = RequestHead(fieldCountMax: Limits.Settings.fieldCount.range.upperBound)
    var answerHead = ResponseHead(fieldCountMax: Limits.Settings.fieldCount.range.upperBound)
    var trailers = TrailerSection()
    private(set) var settings: WorkerSettings
    /// For lines that are put together and copied at once.
    var scratch: [UInt8] = []
    private let dates = DateCache()

    // MARK: What is taken up again

    private var freeExchange: Exchange?
    private var freeExchangeCount = 0
    private var freeStreams: [HTTP2Stream] = []
    private var encoders = EncoderPool()
    private var freeInflations: [Inflation] = []
    private var pools: [UpstreamPool.Key: UpstreamPool] = [:]
    /// The pools of the edge's farms by their members' indices, so that a request need not hash addresses.
    private var poolsByFarm: [[UpstreamPool]] = []
    /// What it has of those whose affinity is written into cookies.
    private var memories: [AffinityMemory?] = []

    /// The requests that wait for a member.
    let waitingRoom: WaitingRoom
    /// The clients that wait for a step of their handshake.
    let handshakes: HandshakeQueue

    // MARK: Clients

    private var listeners: [Listener] = []
    /// Listeners that the last installation has closed. What another worker has let in by them arrives before the next
    /// one, which is posted when all have closed them.
    private var closed: [Listener] = []
    /// What other workers have let in by listeners of the next installation.
    private var early: [AcceptedSocket] = []
    private var clients: [ObjectIdentifier: any Client] = [:]
    /// What HTTP/2 connections have to send at the end of the turn.
    private var touched: [HTTP2Sender] = []
    /// Whether there are any: asking the array itself, each turn, would be checked for exclusivity at run time.
    private var hasTouched = false
    private(set) var isDraining = false
    private var isCutting = false
    private var isDrained = false
    private var tally = DrainTally()
    private var random = SystemRandomNumberGenerator()
    private var dice = Dice(seed: .random(in: .min ... .max))

    init(
        handle: WorkerHandle, loop: EventLoop, siblings: [WorkerHandle], server: Mailbox<ServerMessage>, edge: Edge,
        log: LogSlab, events: EventLog
    ) {
        self.handle = handle
        self.loop = loop
        self.siblings = siblings
        self.server = server
        self.edge = edge
        self.log = log
        self.events = events
        waitingRoom = WaitingRoom(loop: loop, handle: handle)
        handshakes = HandshakeQueue(loop: loop)
        settings = WorkerSettings(edge.configuration)
        encoders.allow(settings.compressionPolicy.kinds)
    }

    /// The value of `Date` for answers that have none.
    var date: [UInt8] { dates.value(Clock.wallSeconds()) }

    // MARK: - Messages

    func onWake() {
        for message in handle.mailbox.takeAll() {
            switch message {
            case .adopt(let accepted): adopt(accepted)
            case .accept: for listener in listeners { listener.lookAgain() }
            case .install(let installation): if let installation = installation.take() { install(installation) }
            case .memberFreed:
                handle.beginLooking()
                waitingRoom.onRoom()
            case .drain: drain()
            case .cut: cut()
            case .end: loop.stop()
            }
        }
    }

    func onTurnEnd() {
        waitingRoom.onTurnEnd()
        if hasTouched { flushTouched() }
        // The flush may have ended exchanges that others wait for.
        waitingRoom.resumeIfDue()
        tellLongestIdle()
        log.handOver()
    }

    private func flushTouched() {
        // Sending may give others something to send.
        var index = 0
        while index < touched.count {
            touched[index].flush()
            index += 1
        }
        touched.removeAll(keepingCapacity: true)
        hasTouched = false
    }

    /// Calls ``HTTP2Sender/flush()`` when all events of this turn were handled.
    func flushAtTurnEnd(_ sender: HTTP2Sender) {
        hasTouched = true
        touched.append(sender)
    }

    /// Takes over a new edge. What is under way keeps what it needs of the old one.
    private func install(_ installation: Installation) {
        edge = installation.edge
        settings = WorkerSettings(edge.configuration)
        encoders.allow(settings.compressionPolicy.kinds)
        log.format = edge.configuration.accessLog?.format
        let declared = Set(edge.farms.flatMap(\.pools))
        for (key, pool) in pools where !declared.contains(key) {
            pool.retire()
            pools[key] = nil
        }
        poolsByFarm = edge.farms.map { farm in farm.pools.map(pool) }
        for memory in installation.memories {
            if let memory, let old = memories.first(where: { $0?.balancer == memory.balancer }) ?? nil {
                memory.adopt(old)
            }
        }
        memories = installation.memories
        waitingRoom.move(to: edge)
        // What it has freed before it knew of limits, it has told nobody.
        announceRoom()
        installListeners(installation.listeners)
        server.post(.installed(worker: handle.index, installation: edge.installation))
    }

    private func installListeners(_ parts: [Installation.Part]) {
        let previous = listeners
        listeners = parts.map { part in
            guard let known = previous.first(where: { $0.socket === part.socket }) else {
                return Listener(
                    worker: self, socket: part.socket, context: part.context, protocols: part.protocols)
            }
            known.context = part.context
            known.protocols = part.protocols
            return known
        }
        // Whom they have let in, here or on another worker, is served still.
        closed = previous.filter { listener in !listeners.contains { $0 === listener } }
        for listener in closed { listener.close() }
        for listener in listeners { listener.open() }
        let waiting = early
        early = []
        for accepted in waiting { adopt(accepted) }
    }

    /// Takes what waits in the listeners' queues and closes them, closes idle connections and waits for the others.
    private func drain() {
        guard !isDraining else { return }
        isDraining = true
        for listener in listeners { listener.close() }
        for client in clients.values { client.drain() }
        reportIfDrained()
    }

    /// Ends what is left at the end of the drain time. Who was told of it is waited for, as long as clients linger.
    private func cut() {
        isCutting = true
        var tally = tally
        for client in clients.values { client.cut(&tally) }
        self.tally = tally
        isCutting = false
        reportIfDrained()
    }

    private func reportIfDrained() {
        guard isDraining, !isCutting, !isDrained, clients.isEmpty else { return }
        isDrained = true
        log.handOver()
        server.post(.drained(worker: handle.index, tally))
        // Who is adopted still, and cut, is told of in a further message.
        tally = DrainTally()
    }

    // MARK: - Clients

    /// Begins a freshly accepted connection, here or on the least loaded worker.
    func distribute(_ accepted: AcceptedSocket) {
        var least = handle
        for sibling in siblings where sibling.connectionCount < least.connectionCount { least = sibling }
        if !isDraining, handle.connectionCount - least.connectionCount > ClientLimits.imbalanceMax {
            least.countConnection()
            least.mailbox.post(.adopt(accepted))
        } else {
            handle.countConnection()
            adopt(accepted)
        }
    }

    /// Client connections of the whole process.
    var connectionCount: Int {
        siblings.reduce(handle.connectionCount) { $0 + $1.connectionCount }
    }

    private func adopt(_ accepted: AcceptedSocket) {
        // Another worker may be ahead by an installation, or behind.
        let known = listeners.first { $0.socket === accepted.listener }
        guard let listener = known ?? closed.first(where: { $0.socket === accepted.listener }) else {
            return early.append(accepted)
        }
        // Who was let in by a worker that did not drain yet is waited for, too.
        isDrained = false
        let socket = Socket(taking: accepted.number)
        do {
            let tls: TLSConnection? =
                if let context = listener.context {
                    try TLSConnection(context: context, descriptor: accepted.number)
                } else {
                    nil
                }
            let peer = ClientPeer(
                address: accepted.peer, isSecure: tls != nil, edge: edge)
            let client = try ClientConnection(
                worker: self, peer: peer, transport: Transport(taking: socket, tls: tls),
                protocols: listener.protocols)
            clients[ObjectIdentifier(client)] = client
            if isDraining { client.drain() }
        } catch {
            handle.uncountConnection()
            report(.warning, "client \(accepted.peer): the connection could not be begun: \(error)")
            reportIfDrained()
        }
    }

    func onClientClosed(_ client: any Client) {
        guard clients.removeValue(forKey: ObjectIdentifier(client)) != nil else { return }
        handle.uncountConnection()
        reportIfDrained()
    }

    /// Puts a connection in the place of one that has found out which protocol its client speaks.
    func replace(_ client: ClientConnection, by other: HTTP2Connection) {
        clients[ObjectIdentifier(client)] = nil
        clients[ObjectIdentifier(other)] = other
    }

    /// Frees descriptors when there are none left: the oldest idle connection to each member.
    ///
    /// - Returns: whether there was one.
    func freeDescriptors() -> Bool {
        var hasFreed = false
        for pool in pools.values where pool.closeOldest() { hasFreed = true }
        return hasFreed
    }

    // MARK: - What exchanges share

    /// The pool of a member's connections.
    func pool(of farm: Farm, member: Int) -> UpstreamPool {
        guard farm.index < poolsByFarm.count, edge.farms[farm.index] === farm else { return pool(farm.pools[member]) }
        return poolsByFarm[farm.index][member]
    }

    /// What there is of a farm whose affinity is written into cookies; `nil` for a farm that is served no more.
    func memory(of farm: Farm) -> AffinityMemory? {
        guard farm.index < memories.count, edge.farms[farm.index] === farm else { return nil }
        return memories[farm.index]
    }

    private func pool(_ key: UpstreamPool.Key) -> UpstreamPool {
        if let pool = pools[key] { return pool }
        let pool = UpstreamPool(key: key)
        pools[key] = pool
        return pool
    }

    /// Tells the requests that wait, on whatever worker, that a member has room again.
    func announceRoom() {
        waitingRoom.onRoom()
        for sibling in siblings { sibling.announceRoom() }
    }

    func takeExchange() -> Exchange {
        guard let exchange = freeExchange.take() else { return Exchange(worker: self) }
        freeExchange = exchange.next.take()
        freeExchangeCount -= 1
        return exchange
    }

    func giveBackExchange(_ exchange: Exchange) {
        guard freeExchangeCount < WorkerLimits.freeExchangesMax else { return }
        freeExchangeCount += 1
        exchange.next = freeExchange.take()
        freeExchange = exchange
    }

    /// A stream of a client's HTTP/2 connection.
    func takeStream(_ number: Int32, of connection: HTTP2Connection) -> HTTP2Stream {
        let stream = freeStreams.popLast() ?? HTTP2Stream(worker: self)
        stream.open(number, of: connection)
        return stream
    }

    /// Takes a stream back that is over.
    func giveBackStream(_ stream: HTTP2Stream) {
        if freeStreams.count < WorkerLimits.freeExchangesMax { freeStreams.append(stream) }
    }

    /// 64 bits for a choice by lot.
    func roll() -> UInt64 { dice.roll() }

    /// A key for a WebSocket that Martlet asks a member for in a client's place (RFC 6455, section 4.1).
    func makeWebSocketKey() -> WebSocketKey {
        WebSocketKey(using: &random)
    }

    /// A key for a frame that Martlet sends to a member in a client's place (RFC 6455, section 5.3).
    func makeMaskingKey() -> UInt32 {
        random.next()
    }

    /// An encoder at the beginning of a content.
    func takeEncoder(_ kind: EncoderKind) -> any ContentEncoder {
        encoders.take(kind)
    }

    func giveBackEncoder(_ encoder: any ContentEncoder) {
        encoders.giveBack(encoder)
    }

    /// What inflates a request's content.
    func takeInflation() -> Inflation {
        freeInflations.popLast() ?? Inflation()
    }

    func giveBackInflation(_ inflation: Inflation) {
        if let slab = inflation.end() { buffers.giveBack(slab) }
        if freeInflations.count < WorkerLimits.freeInflationsMax { freeInflations.append(inflation) }
    }

    // MARK: - Events for the log

    /// Writes the access log's line for a request that never became an exchange.
    ///
    /// - Parameter contentBytes: of the answer; `nil`: those of ``ErrorAnswer`` to a GET.
    func logRefusal(_ refusal: Refusal, of peer: ClientPeer, contentBytes: Int? = nil) {
        report(refusal, to: peer)
        guard let format = log.format else { return }
        var record = ExchangeRecord()
        record.began = loop.now
        record.refuse(refusal)
        let code = refusal.code(mayExplain: peer.mayExplain)
        record.contentBytes = contentBytes ?? ErrorAnswer.contentBytes(refusal.status, code: code, to: .get)
        let line = AccessLogLine(
            record: record, note: RequestNote(), peer: peer, origin: 0, decision: .none, ended: loop.now,
            wall: Clock.wallNanoseconds())
        log.append { (output: inout OutputSpan<UInt8>) in line.write(format, to: &output) }
    }

    /// Tells of an answer that Martlet gave itself, unless the access log does.
    ///
    /// - Parameters:
    ///   - origin: whom the request is from, where the peer is a trusted proxy; 0: the peer.
    ///   - cause: what went wrong at the member; empty where nothing did.
    func report(_ refusal: Refusal, to peer: ClientPeer, origin: UInt128 = 0, cause: String = "") {
        guard !log.isOn else { return }
        let limit = refusal.limit > 0 ? ", limit \(refusal.limit)" : ""
        let reason = cause.isEmpty ? "" : " (\(cause))"
        let client = origin == 0 ? peer.address.description : SocketAddress.host(ofMappedBits: origin)
        report(.information, "client \(client): answered \(refusal.status): \(refusal.reason)\(limit)\(reason)")
    }

    /// Tells the event log what operators should read. Never blocks.
    func report(_ level: EventLevel, _ words: @autoclosure () -> String) {
        guard log.mayReport(level, now: loop.nowMillis) else { return events.leaveOut() }
        events.report(level, words())
    }
}
