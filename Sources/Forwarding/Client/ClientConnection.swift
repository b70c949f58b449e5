import Bytes
import HTTP
import Model
import Reactor
import TLS

/// A client's connection that speaks HTTP/1: its transport, its requests one after the other, and the answers to them.
///
/// ```
/// handshaking ──▶ waiting ──▶ heading ──▶ exchanging ──▶ waiting …
///                    │           │             ├──▶ tunnelling
///                    └───────────┴─────────────┴──▶ lingering ──▶ closed
/// ```
///
/// `heading` is a head that has begun and is not complete, `lingering` has answered for the last time and waits for the
/// client to see it (RFC 9112, section 9.6). Owns the socket; belongs to one worker's thread.
final class ClientConnection: EventHandler, TurnEndHandler, Client {
    enum Phase {
        case handshaking, waiting, heading, exchanging, tunnelling, lingering, closed
    }

    let clients: Clients
    let bench: Bench
    let loop: EventLoop
    /// What every request of the connection has in common.
    let peer: ClientPeer
    let transport: Transport
    var registration: Registration?
    var phase: Phase

    // MARK: Reading

    var input: Buffer?
    var scanner = HeadScanner()
    var content = ContentFeed(.none, of: .request)
    /// Whether the kernel, or OpenSSL, may have bytes for us.
    var canRead = false
    /// Whether the client has ended its direction or reset the connection, so that a short read is not the last one.
    var hasPeerEnded = false
    private var budget = TurnBudget(TurnLimits.clientBytesMax)
    /// Whether the next step of the handshake waits for its turn.
    private(set) var awaitsStep = false
    /// Whether ``serve()`` is on the stack; what ends an exchange then leaves the next one to it.
    var isServing = false

    // MARK: Writing

    var output: Buffer?
    var chunks = ChunkedWriter()
    var isWriteBlocked = false
    /// How the answer's content is framed.
    var answerFraming = Framing.none
    /// Whether the answer has no content whatever its fields say (HEAD, 204, 304).
    var isAnswerBodiless = false
    /// Offset of the answer's head in the output while none of it was sent; -1 else.
    var headOffset = -1
    /// Whether the last answer was broken off.
    var isBrokenOff = false
    /// Whether the connection is closed after the answer.
    var closesAfterAnswer = false
    /// Whether nothing more is written once the output is empty.
    var isClosing = false
    var isHTTP10 = false
    var method = HTTP.Method.get
    /// Milliseconds after which a client that has ended its direction is asked whether it is there.
    var attentionMillis = 0
    /// Requests since the connection began or was last quiet.
    private var requestCount = 0

    var exchange: Exchange?

    /// Whether the first bytes may turn out to be HTTP/2's preface.
    private var awaitsPreface: Bool
    private let takesHTTP1: Bool

    init(
        clients: Clients, peer: ClientPeer, transport: Transport,
        protocols: [ListenerConfiguration.ApplicationProtocol]
    ) throws(SystemError) {
        self.clients = clients
        bench = clients.bench
        loop = clients.loop
        self.peer = peer
        phase = transport.isSecure ? .handshaking : .waiting
        self.transport = transport
        awaitsPreface = protocols.contains(.http2Cleartext)
        takesHTTP1 = protocols.contains(.http1)
        let registration = try loop.register(self.transport.socket.descriptor, handler: self)
        self.registration = registration
        let timeouts = bench.settings.timeouts
        if phase == .handshaking {
            loop.setDeadline(registration, after: timeouts.handshake)
        } else {
            awaitRequest()
        }
    }

    // MARK: - Events

    func onReady(_ readiness: Readiness) {
        // Closed earlier in this turn, at whose end it is let go of.
        guard phase != .closed else { return }
        if readiness.intersection([.peerEnded, .hungUp, .failed]).rawValue != 0 {
            hasPeerEnded = true
            canRead = true
        }
        if readiness.contains(.readable) {
            canRead = true
            transport.tls?.onReadable()
        }
        if readiness.contains(.writable), isWriteBlocked {
            isWriteBlocked = false
            resumeWriting()
        }
        switch phase {
        case .handshaking where awaitsStep:
            if readiness.intersection([.hungUp, .failed]).rawValue != 0 {
                close(.handshakeFailed("the client ended the connection"))
            }
        case .handshaking:
            awaitsStep = readiness.contains(.readable) && !clients.handshakes.admits(self)
            if !awaitsStep { handshake() }
        case .exchanging where hasPeerEnded && content.isComplete: onClientGone(readiness)
        case .closed: break
        default: serve()
        }
    }

    func onTurn() {
        guard phase == .handshaking else { return serve() }
        leaveHandshakes()
        handshake()
    }

    /// Has ``onTurn()`` called in the next turn.
    func resumeNextTurn() {
        if let registration { loop.resumeNextTurn(registration) }
    }

    func onDeadline() {
        switch phase {
        case .handshaking: close(.handshakeTimeout)
        case .waiting: onIdle()
        case .heading where !scanner.hasBegun: closeInOrder()
        case .heading: refuse(Refusal(.headTimeout, limit: bench.settings.timeouts.head))
        case .exchanging:
            if isWriteBlocked {
                close(.writeTimeout)
            } else if content.isComplete {
                askWhetherThere()
            } else {
                exchange?.onRequestTimeout()
            }
        case .tunnelling: close(.writeTimeout)
        case .lingering: close(isWriteBlocked ? .writeTimeout : .lingerTimeout)
        case .closed: break
        }
    }

    /// Waits for a step of the handshake no longer.
    func leaveHandshakes() {
        guard awaitsStep else { return }
        awaitsStep = false
        clients.handshakes.leave(self)
    }

    private func handshake() {
        guard let tls = transport.tls else { return }
        switch tls.handshake() {
        case .done:
            phase = .waiting
            if bench.journal.isOn {
                peer.tlsVersion = tls.version
                peer.tlsCipher = tls.cipher
            }
            if tls.speaks("h2") { return switchToHTTP2() }
            awaitRequest()
            if clients.isDraining { drain() }
            // What the client sent right behind its Finished is already in OpenSSL's buffer.
            canRead = true
            serve()
        case .wouldBlock:
            if hasPeerEnded { close(.handshakeFailed("the client ended the connection")) }
        case .ended:
            close(.handshakeFailed("the client ended the connection"))
        case .failed(let error) where error.kind == .plainHTTP:
            refusePlainRequest(tls.plainBytes, error.words)
        case .failed(let error):
            close(.handshakeFailed(error.words))
        }
    }

    /// Hands the connection over, with what was read already; this object is of no more use.
    private func switchToHTTP2() {
        guard let registration else { return }
        phase = .closed
        self.registration = nil
        let other = HTTP2Connection(clients: clients, peer: peer, transport: transport, registration: registration)
        clients.replace(self, by: other)
        other.begin(input.take())
        if clients.isDraining { other.drain() }
    }

    /// The client has ended its direction while its answer is awaited. Over TLS that is the end of both; in cleartext a
    /// client may still read (RFC 9112, section 9.6), until it resets.
    private func onClientGone(_ readiness: Readiness) {
        guard transport.isSecure || readiness.intersection([.hungUp, .failed]).rawValue != 0 else { return attend() }
        close(.clientGone)
    }

    // MARK: - Requests

    /// Reads and handles what the client sends until it must wait for somebody.
    func serve() {
        guard !isServing else { return }
        isServing = true
        while takeInput(), phase != .closed {
            guard canRead, mayGoOn() else { break }
            read()
        }
        isServing = false
        if phase == .exchanging || phase == .tunnelling { exchange?.flushRequest() }
        restIfIdle()
    }

    /// Whether this turn has something left for the connection; if not, it goes on in the next one.
    private func mayGoOn() -> Bool {
        if budget.isLeft(in: bench.clock.turn) { return true }
        resumeNextTurn()
        return false
    }

    /// Handles the bytes that are there.
    ///
    /// - Returns: whether more should be read.
    private func takeInput() -> Bool {
        while true {
            switch phase {
            case .waiting, .heading:
                // Who does not read the answers that he has asked for gets no more of them.
                guard !isWriteBlocked else { return false }
                guard let input, !input.isEmpty else { return true }
                guard mayGoOn() else { return false }
                guard takeHead(input) || phase == .lingering else { return phase == .heading }
            case .exchanging:
                guard !content.isComplete else { return false }
                guard let input, !input.isEmpty else { return true }
                guard takeContent(input) || phase == .lingering else { return false }
                // What stays in the buffer is the beginning of a trailer section, decoded only when it is whole.
                if phase == .exchanging { return true }
            case .tunnelling:
                guard let input, !input.isEmpty else { return true }
                guard takeTunnelBytes(input) else { return false }
            case .lingering:
                input?.removeAll()
                return true
            case .handshaking, .closed:
                return false
            }
        }
    }

    private func read() {
        let buffer = input ?? bench.stores.buffers.small()
        input = buffer
        guard phase != .lingering else { return discard(using: buffer) }
        if buffer.room == 0 { buffer.compact() }
        let (outcome, isDrained) = transport.read(into: buffer)
        switch outcome {
        case .moved(let count):
            budget.spend(exchange?.isInflating != true ? count : count * TurnLimits.inflatedFactor)
            if isDrained, !hasPeerEnded { canRead = false }
            if phase == .exchanging, !isWriteBlocked { setDeadline(bench.settings.timeouts.body) }
        case .wouldBlock:
            canRead = false
        case .ended:
            canRead = false
            onEnd()
        case .failed(let words):
            canRead = false
            close(phase == .waiting ? .clientGone : .broken(words))
        }
    }

    /// Drops what comes behind the last answer, a slab a turn: who sends on costs the others nothing.
    private func discard(using buffer: Buffer) {
        budget.spend(TurnLimits.clientBytesMax)
        switch transport.socket.discard(using: buffer) {
        case .transferred(let count):
            if count < buffer.room, !hasPeerEnded { canRead = false }
        case .wouldBlock:
            canRead = false
        case .ended where output != nil && !transport.isSecure:
            // It may still read what is left for it.
            canRead = false
            hasPeerEnded = true
        case .ended, .failed:
            canRead = false
            close(.clientGone)
        }
    }

    /// The client has ended its direction in good order.
    private func onEnd() {
        hasPeerEnded = true
        switch phase {
        case .waiting:
            closeInOrder()
        case .tunnelling:
            exchange?.endContent(trailers: Span())
        case .exchanging where content.isComplete:
            // The answer still goes out; there is no next request.
            closesAfterAnswer = true
        case .heading, .exchanging, .handshaking, .lingering, .closed:
            close(.clientGone)
        }
    }

    /// Parses a head if it is complete and begins its exchange.
    ///
    /// - Returns: whether a head was taken.
    private func takeHead(_ buffer: Buffer) -> Bool {
        do throws(HeadError) {
            if awaitsPreface {
                switch buffer.withReadable({ HTTP2Preface.begins($0) }) {
                case .whole:
                    switchToHTTP2()
                    return false
                case .partly:
                    try awaitMoreOfHead(buffer)
                    return false
                case .not: awaitsPreface = false
                }
            }
            guard takesHTTP1 else { throw HeadError(.versionUnsupported, at: 0) }
            guard let count = try scan(buffer) else {
                try awaitMoreOfHead(buffer)
                return false
            }
            try buffer.withReadable { (bytes) throws(HeadError) in
                let head = bytes.extracting(0..<count)
                try bench.stores.requestHead.parse(head, limits: bench.settings.requestHeadLimits)
                beginExchange(bench.stores.requestHead, source: head)
            }
            scanner = HeadScanner()
            buffer.consume(count)
            return phase != .closed
        } catch {
            refuse(Refusal(error))
            return false
        }
    }

    private func scan(_ buffer: Buffer) throws(HeadError) -> Int? {
        // Copied out and in: an access that spans the call would be checked for exclusivity at run time.
        var scanner = scanner
        let limits = bench.settings.requestHeadLimits
        let count = try buffer.withReadable { (bytes) throws(HeadError) in try scanner.scan(bytes, limits: limits) }
        self.scanner = scanner
        return count
    }

    private func awaitMoreOfHead(_ buffer: Buffer) throws(HeadError) {
        if phase == .waiting {
            phase = .heading
            setDeadline(bench.settings.timeouts.head)
        }
        input = try bench.stores.withRoom(buffer)
    }

    private func beginExchange(_ head: borrowing RequestHead, source: Span<UInt8>) {
        phase = .exchanging
        budget.spend(TurnLimits.headBytes)
        requestCount += 1
        if requestCount == 2 { transport.tls?.keepBuffers() }
        isHTTP10 = head.minorVersion == 0
        method = head.method
        closesAfterAnswer = !head.keepsAlive || clients.isDraining
        content = ContentFeed(head.framing, of: .request)
        answerFraming = .none
        if content.isComplete || head.expectsContinue {
            // Who waits for 100 Continue is not late: the member may be.
            clearDeadline()
        } else {
            setDeadline(bench.settings.timeouts.body)
        }
        let exchange = bench.takeExchange()
        self.exchange = exchange
        exchange.begin(self, peer: peer, head: head, source: source)
        if hasPeerEnded, self.exchange === exchange, content.isComplete { attend() }
    }

    /// Hands request content to the exchange.
    ///
    /// - Returns: whether all that was there was taken.
    private func takeContent(_ buffer: Buffer) -> Bool {
        guard let exchange else { return false }
        do throws(ContentError) {
            // A copy, because what takes the content may look at this connection meanwhile.
            var feed = content
            let (consumed, outcome) = try buffer.withReadable { (bytes) throws(ContentError) in
                let result = try feed.feed(bytes) { exchange.acceptContent($0) }
                if case .ended(let trailers) = result.outcome {
                    try bench.stores.trailers.parse(bytes, trailers)
                    exchange.endContent(trailers: bytes.extracting(trailers))
                }
                return result
            }
            content = feed
            buffer.consume(consumed)
            switch outcome {
            case .more:
                if buffer.room == 0 { buffer.compact() }
                return true
            case .blocked:
                clearDeadline()
                return false
            case .ended:
                attend()
                return false
            }
        } catch {
            refuse(Refusal(error))
            return false
        }
    }

    private func takeTunnelBytes(_ buffer: Buffer) -> Bool {
        guard let exchange else { return false }
        let taken = buffer.withReadable { exchange.acceptContent($0) }
        buffer.consume(taken)
        return buffer.isEmpty
    }

    /// Gives the buffers back that an idle connection does not need.
    private func restIfIdle() {
        guard let buffer = input, buffer.isEmpty else { return }
        input = nil
        bench.stores.buffers.giveBack(buffer)
    }

    // MARK: - Deadlines

    /// Begins to wait for a request: at first as it is, then, after a while of silence, without OpenSSL's buffers.
    func awaitRequest() {
        let keepalive = bench.settings.timeouts.keepalive
        if let registration { loop.rest(registration) }
        setDeadline(requestCount < 2 ? keepalive : min(ClientLimits.quietMillis, keepalive))
    }

    private func onIdle() {
        let left = bench.settings.timeouts.keepalive - ClientLimits.quietMillis
        guard requestCount >= 2, !isWriteBlocked, !clients.isDraining, left > 0 else { return closeInOrder() }
        requestCount = 0
        transport.tls?.releaseBuffers()
        setDeadline(left)
    }

    func setDeadline(_ millis: Int) {
        if let registration { loop.setDeadline(registration, after: millis) }
    }

    func clearDeadline() {
        if let registration { loop.clearDeadline(registration) }
    }
}
