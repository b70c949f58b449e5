import Bytes
import Model
import Reactor
import TLS

/// One worker's clients: its listeners, who was let in, and the way to their end. Belongs to the worker's thread.
package final class Clients {
    let loop: EventLoop
    let bench: Bench
    let handle: WorkerHandle
    let siblings: [WorkerHandle]
    /// The clients that wait for a step of their handshake.
    let handshakes = HandshakeQueue()
    private let server: Mailbox<ServerMessage>
    private var listeners: [Listener] = []
    /// Listeners that the last installation has closed. What another worker has let in by them arrives before the next
    /// one, which is posted when all have closed them.
    private var closed: [Listener] = []
    /// What other workers have let in by listeners of the next installation.
    private var early: [AcceptedSocket] = []
    private var clients: [ObjectIdentifier: any Client] = [:]
    /// What is given back when a client is closed, where its listener counts connections.
    var counted: [ObjectIdentifier: Counted] = [:]
    /// The first one of the streams that wait to be taken up again.
    private var freeStream: HTTP2Stream?
    private var streams = Reserve(least: WorkerLimits.exchangesLeast)
    private var knownTerms: [TLSTerms] = []
    private(set) var isDraining = false
    /// Whether each answer is its connection's last one, though listeners are open: who balances in front is to come to
    /// other nodes.
    private(set) var endsConnections = false
    /// Whether memory is too short for newcomers.
    var isShort = false
    private var isCutting = false
    private var isDrained = false
    private var tally = DrainTally()

    init(
        loop: EventLoop, bench: Bench, handle: WorkerHandle, siblings: [WorkerHandle], server: Mailbox<ServerMessage>
    ) {
        self.loop = loop
        self.bench = bench
        self.handle = handle
        self.siblings = siblings
        self.server = server
    }

    /// The clients of a worker that has no siblings, and for whose drain nobody waits.
    package convenience init(loop: EventLoop, bench: Bench) {
        self.init(
            loop: loop, bench: bench,
            handle: WorkerHandle(index: 0, mailbox: Mailbox(waker: loop.waker), crowd: CrowdNotice()), siblings: [],
            server: Mailbox(waker: loop.waker))
    }

    // MARK: - Listeners

    /// Listens where a new edge says. Whom other listeners have let in, here or on another worker, is served still.
    func listen(_ parts: [Installation.Part]) {
        let previous = listeners
        let secured = parts.map(tls)
        listeners = zip(parts, secured).map { part, tls in
            guard let known = previous.first(where: { $0.socket === part.socket }) else {
                return Listener(clients: self, part, tls: tls)
            }
            known.tls = tls
            known.configuration = part.configuration
            return known
        }
        closed = previous.filter { listener in !listeners.contains { $0 === listener } }
        for listener in closed { listener.close() }
        for listener in listeners { listener.open() }
        let waiting = early
        early = []
        for accepted in waiting { adopt(accepted) }
    }

    /// The TLS of a listener, which some listener has already where nothing of it has changed.
    private func tls(_ part: Installation.Part) -> (key: ListenerSecurity.Key, context: TLSContext)? {
        switch part.security {
        case .none: return nil
        case .new(let context, let key): return (key, context)
        case .asBefore(let key):
            guard let known = listeners.lazy.compactMap(\.tls).first(where: { $0.key == key }) else {
                preconditionFailure("what is as before is served")
            }
            return known
        }
    }

    /// Looks at the listeners' queues again, which another worker leaves to this one.
    func lookAgain() {
        for listener in listeners { listener.lookAgain() }
    }

    // MARK: - The beginning

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

    /// Begins a connection that was accepted here or on another worker.
    func adopt(_ accepted: AcceptedSocket) {
        // Another worker may be ahead by an installation, or behind.
        let known = listeners.first { $0.socket === accepted.listener }
        guard let listener = known ?? closed.first(where: { $0.socket === accepted.listener }) else {
            return early.append(accepted)
        }
        // Who was let in by a worker that did not drain yet is waited for, too.
        isDrained = false
        let socket = Socket(taking: accepted.number)
        var counted: Counted?
        guard mayConnect(from: accepted.peer, at: listener.key, &counted) else {
            handle.uncountConnection()
            return reportIfDrained()
        }
        do {
            let tls: TLSConnection? =
                if let context = listener.tls?.context {
                    try TLSConnection(context: context, descriptor: accepted.number)
                } else {
                    nil
                }
            try begin(
                Transport(taking: socket, tls: tls), from: accepted.peer, by: listener.configuration,
                key: listener.key, entranceLines: listener.entranceLines(isSecure: tls != nil),
                arrival: listener.counts.map { ClientPeer.Arrival(time: loop.clock.now, counts: $0) }, counted: counted)
        } catch {
            counted?.giveBack()
            handle.uncountConnection()
            bench.journal.report(
                .warning, "client \(accepted.peer): the connection could not be begun: \(error)")
            reportIfDrained()
        }
    }

    /// What a client's handshake has come to.
    func terms(of connection: TLSConnection) -> TLSTerms {
        TLSTerms.of(connection, in: &knownTerms)
    }

    /// Begins the connection of a client that is counted already.
    ///
    /// - Parameters:
    ///   - listener: what is declared of the listener by which it came.
    ///   - key: what that is found by.
    ///   - entranceLines: what members are told of where it has come in; `nil`: the scheme alone.
    ///   - arrival: that it has come, where that is counted.
    ///   - counted: is given back when it is closed.
    package func begin(
        _ transport: Transport, from address: SocketAddress, by listener: ListenerConfiguration,
        key: Entrance.Key? = nil, entranceLines: [UInt8]? = nil, arrival: ClientPeer.Arrival? = nil,
        counted: Counted? = nil
    ) throws(SystemError) {
        let peer = ClientPeer(
            address: address, isSecure: transport.isSecure, listener: key, entranceLines: entranceLines,
            arrival: arrival, edge: bench.edge)
        let client = try ClientConnection(
            clients: self, peer: peer, transport: transport, protocols: listener.protocols)
        clients[ObjectIdentifier(client)] = client
        arrival?.begin(worker: handle.index)
        if let counted { self.counted[ObjectIdentifier(client)] = counted }
        if isDraining { client.drain() }
    }

    /// Whether no client is left.
    package var isEmpty: Bool { clients.isEmpty }

    /// Streams of HTTP/2 that clients have open.
    package var openStreamCount: Int { streams.lentCount }

    /// Forgets a client that is closed.
    func onClosed(_ client: any Client) {
        guard clients.removeValue(forKey: ObjectIdentifier(client)) != nil else { return }
        if !counted.isEmpty { counted.removeValue(forKey: ObjectIdentifier(client))?.giveBack() }
        client.peer.arrival?.end(worker: handle.index)
        handle.uncountConnection()
        reportIfDrained()
    }

    /// Puts a connection in the place of one that has found out which protocol its client speaks.
    func replace(_ client: ClientConnection, by other: HTTP2Connection) {
        clients[ObjectIdentifier(client)] = nil
        clients[ObjectIdentifier(other)] = other
        if !counted.isEmpty { counted[ObjectIdentifier(other)] = counted.removeValue(forKey: ObjectIdentifier(client)) }
    }

    /// A stream of a client's HTTP/2 connection.
    func takeStream(_ number: Int32, of connection: HTTP2Connection) -> HTTP2Stream {
        let stream: HTTP2Stream
        if let free = freeStream.take() {
            freeStream = free.next.take()
            streams.lendKept()
            stream = free
        } else {
            streams.lendNew()
            stream = HTTP2Stream(clients: self)
        }
        stream.open(number, of: connection)
        return stream
    }

    /// Takes a stream back that is over.
    func giveBackStream(_ stream: HTTP2Stream) {
        // In the list of a connection it would be met again as somebody else's.
        guard !stream.isListed else { return streams.lose() }
        guard streams.takeBack() else { return }
        stream.next = freeStream.take()
        freeStream = stream
    }

    /// An interval of the streams' ``Reserve`` is over: those that are too many are let go of.
    func endInterval() {
        streams.endInterval()
        for _ in 0..<streams.surplus {
            freeStream = freeStream?.next.take()
            streams.letGo()
        }
    }

    // MARK: - The end

    /// Lets each answer of HTTP/1 be its connection's last one, or no longer. Connections of HTTP/2 go on until the
    /// drain, which tells them.
    package func announceEnd(_ isLeaving: Bool) {
        endsConnections = isLeaving || isDraining
    }

    /// Takes what waits in the listeners' queues and closes them, closes idle connections and waits for the others.
    package func drain() {
        guard !isDraining else { return }
        isDraining = true
        endsConnections = true
        for listener in listeners { listener.close() }
        for client in clients.values { client.drain() }
        reportIfDrained()
    }

    /// Ends what is left at the end of the drain time. Who was told of it is waited for, as long as clients linger.
    package func cut() {
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
        bench.journal.handOver()
        server.post(.drained(worker: handle.index, tally))
        // Who is adopted still, and cut, is told of in a further message.
        tally = DrainTally()
    }
}
