import Bytes
import HTTP
import Model
import Reactor
import TLS

/// A client's connection that speaks HTTP/1: its requests one after the other, and the answers to them.
///
/// ```
/// introducing ──▶ handshaking ──▶ waiting ──▶ heading ──▶ exchanging ──▶ waiting …
///                   ▲    ▼           │           │             ├──▶ dropping ──▶ waiting …
///                   queued           │           │             ├──▶ tunnelling  │
///                                    └───────────┴─────────────┴────────────────┴──▶ closing ──▶ lingering ──▶ closed
/// ```
///
/// `introducing` is a proxy that has to name its client first (``introduce()``). `queued` waits for its step of the
/// handshake, `heading` is a head that has begun and is not complete. `dropping` is a request that was answered, of
/// which nobody wants what is to come (``dropRest()``). `closing` has its last answer on its way, and `lingering` waits
/// for the client to see it (RFC 9112, section 9.6).
///
/// The parts each have their own state: ``Intake`` what is read, ``IncomingMessage`` where the request stands,
/// ``HTTP1Answer`` what is sent, ``IdleTime`` how long it may be silent. Owns the socket; belongs to one worker's
/// thread.
final class ClientConnection: EventHandler, TurnEndHandler, HandshakeWaiter, Client {
    enum Phase {
        case introducing, handshaking, queued, waiting, heading, exchanging, dropping, tunnelling, closing, lingering
        case closed

        /// Whether nothing more is taken from the client, and the connection not closed yet.
        var isEnding: Bool { self == .closing || self == .lingering }
    }

    let clients: Clients
    let loop: EventLoop
    let bench: Bench
    /// What every request of the connection has in common: of a proxy until it has named its client.
    var peer: ClientPeer
    let transport: Transport
    var registration: Registration?
    var phase: Phase
    /// What the client may speak; HTTP/2 by its preface no longer when the first bytes are none.
    private var dialects: Dialects
    /// Whether ``serve()`` is on the stack; what ends an exchange then leaves the next one to it.
    var isServing = false
    private var idleTime = IdleTime()
    let intake: Intake
    let request = IncomingMessage(.request)
    let response: HTTP1Answer
    var exchange: Exchange?
    /// Milliseconds after which a client that has ended its direction is asked whether it is there.
    var attentionMillis = 0

    /// Milliseconds between two bytes of content, from the client and to it.
    var bodyMillis: Int { exchange?.bodyMillis ?? bench.settings.timeouts.body }

    init(
        clients: Clients, peer: ClientPeer, transport: Transport,
        protocols: [ListenerConfiguration.ApplicationProtocol]
    ) throws(SystemError) {
        self.clients = clients
        loop = clients.loop
        bench = clients.bench
        self.peer = peer
        phase = peer.isIntroducer ? .introducing : transport.isSecure ? .handshaking : .waiting
        self.transport = transport
        dialects = Dialects(protocols)
        intake = Intake(bytesMax: TurnLimits.clientBytesMax, buffers: bench.stores.buffers)
        response = HTTP1Answer(buffers: bench.stores.buffers)
        let registration = try loop.register(self.transport.socket.descriptor, handler: self)
        self.registration = registration
        if phase == .waiting {
            awaitRequest()
        } else {
            setDeadline(bench.settings.timeouts.handshake)
        }
    }

    /// Whether the next step of the handshake waits for its turn.
    var awaitsStep: Bool { phase == .queued }

    /// What a client may begin with.
    private struct Dialects: OptionSet {
        let rawValue: UInt8

        static let http1 = Dialects(rawValue: 1)
        /// HTTP/2 in cleartext.
        static let preface = Dialects(rawValue: 2)

        init(rawValue: UInt8) {
            self.rawValue = rawValue
        }

        /// What a listener lets its clients begin with.
        init(_ protocols: [ListenerConfiguration.ApplicationProtocol]) {
            self = []
            if protocols.contains(.http1) { insert(.http1) }
            if protocols.contains(.http2Cleartext) { insert(.preface) }
        }
    }

    // MARK: - Events

    func onReady(_ readiness: Readiness) {
        // Closed earlier in this turn, at whose end it is let go of.
        guard phase != .closed else { return }
        intake.note(readiness, of: transport)
        if readiness.contains(.writable), response.isBlocked {
            response.isBlocked = false
            resumeWriting()
        }
        switch phase {
        case .queued:
            if readiness.intersection([.hungUp, .failed]).rawValue != 0 {
                failHandshake(.clientGone, "the client ended the connection")
            }
        case .introducing: introduce()
        case .handshaking:
            if readiness.contains(.readable) { awaitStep() } else { handshake() }
        case .exchanging where intake.hasPeerEnded && request.isComplete: onClientGone(readiness)
        case .closed: break
        default: serve()
        }
    }

    func onTurn() {
        leaveHandshakes()
        if phase == .handshaking { handshake() } else { serve() }
    }

    /// Has ``onTurn()`` called in the next turn.
    func resumeNextTurn() {
        if let registration { loop.resumeNextTurn(registration) }
    }

    func onDeadline() {
        switch phase {
        case .introducing: close(.introductionTimeout)
        case .handshaking, .queued:
            bench.journal.count(.timeout)
            close(.handshakeTimeout)
        case .waiting: onIdle()
        case .heading where !request.hasBegun: closeInOrder()
        case .heading: refuse(Refusal(.headTimeout, limit: bench.settings.timeouts.head))
        case .exchanging:
            if response.isBlocked {
                close(.writeTimeout)
            } else if request.isComplete {
                askWhetherThere()
            } else {
                // Who is late is not waited for again.
                response.isLast = true
                exchange?.onRequestTimeout()
            }
        case .dropping where !response.isBlocked: beginClosing()
        case .dropping, .tunnelling: close(.writeTimeout)
        case .closing, .lingering: close(response.isBlocked ? .writeTimeout : .lingerTimeout)
        case .closed: break
        }
    }

    /// Waits for a step of the handshake no longer.
    func leaveHandshakes() {
        guard phase == .queued else { return }
        phase = .handshaking
        clients.handshakes.leave(self)
    }

    /// Waits for the next step of the handshake.
    func awaitStep() {
        phase = .queued
        clients.handshakes.enter(self)
    }

    private func handshake() {
        guard let tls = transport.tls else { return }
        switch tls.handshake() {
        case .done:
            phase = .waiting
            peer.note(tls, for: bench.journal.needs, in: clients)
            if let arrival = peer.arrival { bench.journal.count(tls.isResumed ? .resumed : .full, began: arrival.time) }
            if tls.speaks("h2") { return switchToHTTP2() }
            awaitRequest()
            if clients.isDraining { drain() }
            // What the client sent right behind its Finished is already in OpenSSL's buffer.
            intake.mayHaveMore = true
            serve()
        case .wouldBlock:
            if intake.hasPeerEnded { failHandshake(.clientGone, "the client ended the connection") }
        case .ended:
            failHandshake(.clientGone, "the client ended the connection")
        case .failed(let error) where error.kind == .plainHTTP:
            bench.journal.count(.plainHTTP)
            refusePlainRequest(tls.plainBytes, error.words)
        case .failed(let error):
            failHandshake(HandshakeEnd(error), error.words)
        }
    }

    private func failHandshake(_ end: HandshakeEnd, _ words: String) {
        bench.journal.count(end)
        close(.handshakeFailed(words))
    }

    /// Hands the connection over, with what was read already; this object is of no more use.
    private func switchToHTTP2() {
        guard let registration else { return }
        phase = .closed
        self.registration = nil
        let other = HTTP2Connection(
            clients: clients, peer: peer, transport: transport, registration: registration, intake: intake)
        clients.replace(self, by: other)
        other.begin()
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
            guard intake.mayHaveMore, mayGoOn() else { break }
            read()
        }
        isServing = false
        if phase == .exchanging || phase == .tunnelling { exchange?.flushRequest() }
        intake.rest()
    }

    /// Whether this turn has something left for the connection; if not, it goes on in the next one.
    private func mayGoOn() -> Bool {
        if intake.budget.isLeft(in: bench.clock.turn) { return true }
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
                guard !response.isBlocked else { return false }
                guard let input = intake.buffer, !input.isEmpty else { return true }
                guard mayGoOn() else { return false }
                guard takeHead(input) || phase.isEnding else { return phase == .heading }
            case .exchanging:
                guard !request.isComplete else { return false }
                guard let input = intake.buffer, !input.isEmpty else { return true }
                guard takeContent(input) || phase.isEnding else { return false }
                // What stays in the buffer is the beginning of a trailer section, decoded only when it is whole.
                if phase == .exchanging { return true }
            case .dropping:
                guard let input = intake.buffer, !input.isEmpty else { return true }
                drop(input)
                if phase == .dropping { return true }
            case .tunnelling:
                guard let input = intake.buffer, !input.isEmpty else { return true }
                guard takeTunnelBytes(input) else { return false }
            case .closing, .lingering:
                intake.buffer?.removeAll()
                return true
            case .introducing, .handshaking, .queued, .closed:
                return false
            }
        }
    }

    private func read() {
        guard !phase.isEnding else { return discard(using: intake.open()) }
        switch intake.read(from: transport) {
        case .moved(let count):
            intake.budget.spend(exchange?.isInflating != true ? count : count * TurnLimits.inflatedFactor)
            guard phase == .exchanging, !response.isBlocked else { break }
            setDeadline(bodyMillis)
            if sendsTooSlowly(after: count) {
                refuse(Refusal(.bodyTooSlow, limit: bench.settings.requestPace.bytesPerSecond))
            }
        case .wouldBlock:
            break
        case .ended:
            onEnd()
        case .failed(let words):
            let isEveryday = phase == .waiting && transport.tls?.isFlooding != true
            close(isEveryday ? .clientGone : .broken(words))
        }
    }

    /// Drops what comes behind the last answer, a slab a turn: who sends on costs the others nothing.
    private func discard(using buffer: Buffer) {
        intake.budget.spend(TurnLimits.clientBytesMax)
        switch intake.discard(from: transport, using: buffer) {
        case .transferred, .wouldBlock:
            break
        case .ended where !response.isEmpty && !transport.isSecure:
            // It may still read what is left for it.
            intake.hasPeerEnded = true
        case .ended, .failed:
            close(.clientGone)
        }
    }

    /// The client has ended its direction in good order.
    private func onEnd() {
        intake.hasPeerEnded = true
        switch phase {
        case .waiting:
            closeInOrder()
        case .tunnelling:
            exchange?.endContent(trailers: Span())
        case .exchanging where request.isComplete:
            // The answer still goes out; there is no next request.
            response.isLast = true
        case .dropping:
            beginClosing()
        case .heading, .exchanging, .introducing, .handshaking, .queued, .closing, .lingering, .closed:
            close(.clientGone)
        }
    }

    /// Parses a head if it is complete and begins its exchange.
    ///
    /// - Returns: whether a head was taken.
    private func takeHead(_ buffer: Buffer) -> Bool {
        do throws(HeadError) {
            if dialects.contains(.preface) {
                switch buffer.withReadable({ HTTP2Preface.begins($0) }) {
                case .whole:
                    switchToHTTP2()
                    return false
                case .partly:
                    try awaitMoreOfHead(buffer)
                    return false
                case .not: dialects = dialects.subtracting(.preface)
                }
            }
            guard dialects.contains(.http1) else { throw HeadError(.versionUnsupported, at: 0) }
            let count = try buffer.withReadable { (bytes) throws(HeadError) in
                try bench.stores.requestHead.lend { (head) throws(HeadError) -> Int? in
                    let limits = bench.settings.requestHeadLimits
                    guard let count = try request.parse(bytes, into: &head, limits: limits) else { return nil }
                    beginExchange(head, source: bytes.extracting(0..<count))
                    return count
                }
            }
            guard let count else {
                try awaitMoreOfHead(buffer)
                return false
            }
            buffer.consume(count)
            return phase != .closed
        } catch {
            refuse(Refusal(error))
            return false
        }
    }

    private func awaitMoreOfHead(_ buffer: Buffer) throws(HeadError) {
        if phase == .waiting {
            phase = .heading
            setDeadline(bench.settings.timeouts.head)
        }
        try intake.makeRoom(behind: buffer, in: bench.stores)
    }

    private func beginExchange(_ head: borrowing RequestHead, source: Span<UInt8>) {
        phase = .exchanging
        intake.budget.spend(TurnLimits.headBytes)
        if idleTime.countRequest() { transport.tls?.keepBuffers() }
        response.begin(
            to: head.method, isHTTP10: head.minorVersion == 0, isLast: !head.keepsAlive || clients.endsConnections)
        request.begin(head.framing, awaitsContinue: head.expectsContinue, headBytes: source.count)
        if request.isComplete || head.expectsContinue {
            // Who waits for 100 Continue is not late: the member may be.
            clearDeadline()
        }
        let exchange = bench.takeExchange()
        self.exchange = exchange
        exchange.begin(self, peer: peer, head: head, source: source)
        // Whose content is still to come has the time that its path gives it.
        if !request.isComplete, !head.expectsContinue, !response.isBlocked, self.exchange === exchange {
            setDeadline(bodyMillis)
        }
        if intake.hasPeerEnded, self.exchange === exchange, request.isComplete { attend() }
    }

    /// Hands request content to the exchange.
    ///
    /// - Returns: whether all that was there was taken.
    private func takeContent(_ buffer: Buffer) -> Bool {
        guard let exchange else { return false }
        do throws(ContentError) {
            let outcome = try request.take(from: buffer, in: bench.stores) {
                exchange.acceptContent($0)
            } end: {
                exchange.endContent(trailers: $0)
            }
            switch outcome {
            case .more:
                if buffer.room == 0 { buffer.compact() }
                return true
            case .blocked:
                clearDeadline()
                request.pace.pause(now: bench.clock.nowMillis)
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
        request.count(taken)
        return buffer.isEmpty
    }

    // MARK: - Deadlines

    /// Begins to wait for a request: at first as it is, then, after a while of silence, without OpenSSL's buffers.
    func awaitRequest() {
        if let registration { loop.rest(registration) }
        setDeadline(idleTime.millis(of: bench.settings.timeouts.keepalive))
    }

    private func onIdle() {
        guard !response.isBlocked, !clients.isDraining,
            let left = idleTime.becomeQuiet(of: bench.settings.timeouts.keepalive)
        else { return closeInOrder() }
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
