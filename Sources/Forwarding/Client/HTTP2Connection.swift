import Bytes
import HTTP
import Model
import Reactor
import TLS

/// A client's connection that speaks HTTP/2 (RFC 9113): its transport, and the streams that share it.
///
/// ```
/// open ──▶ announced ──▶ final ──▶ lingering ──▶ closed
///   └──────────────────────▲
/// ```
///
/// `announced` has told the client to send no further requests, and takes those that are under way to us (RFC 9113,
/// section 6.8); `final` takes none. `lingering` has said everything and gives the client time to see it, since closing
/// with unread bytes would take it back. Owns the socket; belongs to one worker's thread.
final class HTTP2Connection: EventHandler, Client {
    private enum Phase {
        case open, announced, final
        /// With the bytes that have come since everything was said.
        case lingering(Int)
        case closed
    }

    /// A header block while it comes in.
    private struct Block {
        /// 0: there is none.
        var stream: Int32 = 0
        /// Whether the time has begun within which its end must come: not if that comes with the same bytes.
        var hasDeadline = false
    }

    private let clients: Clients
    let bench: Bench
    let peer: ClientPeer
    private let transport: Transport
    private var registration: Registration?
    private var phase = Phase.open
    /// Why it is closed at the end of the turn: writing has failed, or takes too long.
    var loss: CloseReason?
    /// What streams send through.
    let sender: HTTP2Sender
    let streams = HTTP2StreamTable()
    /// Streams that are reset when all that there is to send has gone out.
    private var toReset: [(stream: Int32, code: HTTP2ErrorCode)] = []
    private let head: HTTP2RequestText
    /// The header block that has begun and not ended.
    private var block = Block()
    /// What was received, and is left to the next turn or until the client has read what there is for it.
    private let intake: Intake
    private var idleTime = IdleTime()
    /// Changed in a copy only: an access that spans a call would have every one checked for exclusivity at run time.
    private var glitches: HTTP2GlitchScore

    /// Takes over a connection whose client has chosen HTTP/2.
    ///
    /// - Parameter intake: what was read before that was known.
    init(
        clients: Clients, peer: ClientPeer, transport: Transport, registration: Registration, intake: Intake
    ) {
        self.clients = clients
        bench = clients.bench
        self.peer = peer
        self.transport = transport
        self.registration = registration
        self.intake = intake
        let limits = bench.edge.configuration.limits
        head = HTTP2RequestText(buffers: bench.stores.buffers)
        glitches = HTTP2GlitchScore(threshold: limits.http2GlitchesMax, now: bench.clock.nowMillis)
        let session = HTTP2Session(role: .server, settings: HTTP2Limits.settings(limits))
        sender = HTTP2Sender(bench: bench, transport: transport, session: session)
        session.begin(for: self)
        sender.begin(for: self)
        loop.rebind(registration, to: self)
    }

    /// Finds out what the peer does not know yet of the connection.
    func completePeer() {
        peer.complete(from: transport, in: clients)
    }

    /// Finds out what the access log says of the handshake.
    func notePeer() {
        if let tls = transport.tls { peer.note(tls, for: bench.journal.needs, in: clients) }
    }

    private var loop: EventLoop { clients.loop }
    private var session: HTTP2Session { sender.session }
    private var isClosed: Bool { if case .closed = phase { true } else { false } }
    private var isLingering: Bool { if case .lingering = phase { true } else { false } }

    /// Whether requests are taken as ever.
    private var isOpen: Bool { if case .open = phase { true } else { false } }

    /// Whether the last streams are under way, or everything is over.
    private var isEnding: Bool {
        switch phase {
        case .open, .announced: false
        case .final, .lingering, .closed: true
        }
    }

    /// Sends the settings and handles what has come already.
    func begin() {
        intake.mayHaveMore = true
        // It may have read in this turn.
        _ = intake.budget.renew(in: bench.clock.turn)
        session.allot(TurnLimits.http2BytesMax)
        sender.touch()
        serve()
    }

    // MARK: - Events

    func onReady(_ readiness: Readiness) {
        intake.note(readiness, of: transport)
        if readiness.contains(.writable) { sender.onWritable() }
        serve()
    }

    func onTurn() {
        serve()
    }

    func onDeadline() {
        if isLingering { return close(.lingerTimeout) }
        if sender.isWriteBlocked { return close(.writeTimeout) }
        if block.stream != 0 { return end(.enhanceYourCalm, .headTimeout) }
        switch phase {
        case .announced: endStreams()
        case .open where streams.isEmpty: onIdle()
        case .open, .final, .lingering, .closed: break
        }
        sender.touch()
    }

    /// Nobody has asked for anything: at first the memory for records is given back, then the connection ends.
    private func onIdle() {
        guard let left = idleTime.becomeQuiet(of: bench.settings.timeouts.keepalive) else { return endStreams() }
        transport.tls?.releaseBuffers()
        setDeadline(left)
    }

    /// Handles what has come, and reads on, as far as this turn allows.
    private func serve() {
        guard !intake.isAtRest, !isClosed else { return }
        if intake.budget.renew(in: bench.clock.turn) { session.allot(TurnLimits.http2BytesMax) }
        let buffer = intake.take()
        while intake.mayHaveMore || !buffer.isEmpty, !isClosed, !sender.isWriteBlocked {
            guard session.hasAllotment else {
                if let registration { loop.resumeNextTurn(registration) }
                break
            }
            if buffer.isEmpty { read(into: buffer) } else { receive(buffer) }
        }
        if buffer.isEmpty || isClosed { bench.stores.buffers.giveBack(buffer) } else { intake.keep(buffer) }
    }

    private func read(into buffer: Buffer) {
        if case .lingering(let count) = phase { return discard(using: buffer, behind: count) }
        switch intake.read(from: transport, into: buffer) {
        case .moved(let count):
            streams.receivedCount += count
            receive(buffer)
        case .wouldBlock: break
        case .ended: close(.clientGone)
        case .failed(let words):
            close(streams.isEmpty && transport.tls?.isFlooding != true ? .clientGone : .broken(words))
        }
    }

    /// Drops what comes when everything was said, a slab a turn: who sends on costs the others nothing.
    private func discard(using buffer: Buffer, behind lingered: Int) {
        session.spend(TurnLimits.http2BytesMax)
        switch intake.discard(from: transport, using: buffer) {
        case .transferred(let count):
            phase = .lingering(lingered + count)
            if lingered > ClientLimits.lingerBytesMax { close(.lingerTimeout) }
        case .wouldBlock:
            break
        case .ended, .failed:
            close(.clientGone)
        }
    }

    private func receive(_ buffer: Buffer) {
        guard !isLingering else { return buffer.removeAll() }
        let error = sender.receive(buffer)
        if block.stream != 0, !block.hasDeadline {
            block.hasDeadline = true
            setDeadline(bench.settings.timeouts.head)
        }
        guard glitches.isExceeded || error != nil else { return }
        buffer.removeAll()
        if glitches.isExceeded {
            end(
                .enhanceYourCalm,
                .tooManyGlitches(glitches.words, limit: bench.edge.configuration.limits.http2GlitchesMax))
        } else if let error {
            end(error, .broken(Self.words(error)))
        }
    }

    private static func words(_ error: HTTP2ErrorCode) -> String {
        switch error {
        case .streamClosed: "a frame on a stream that the client has ended"
        case .protocolError: "not HTTP/2, or not in its order"
        default: "a header block beyond all limits"
        }
    }

    /// Sets the time within which something is to come, when everything was sent.
    private func setDeadline() {
        // The time of a header block runs from its first frame on.
        guard let registration, block.stream == 0 else { return }
        if case .announced = phase {
            setDeadline(ClientLimits.drainQuietMillis)
        } else if !streams.isEmpty {
            idleTime.isRunning = false
            loop.clearDeadline(registration)
        } else if !idleTime.isRunning {
            // What is no request does not prolong the time.
            idleTime.isRunning = true
            loop.rest(registration)
            setDeadline(idleTime.millis(of: bench.settings.timeouts.keepalive))
        }
    }

    private func setDeadline(_ millis: Int) {
        if let registration { loop.setDeadline(registration, after: millis) }
    }

    // MARK: - What streams ask for

    /// Ends a stream behind what was sent on it: nobody listens to the rest of its request, or there is no more of its
    /// answer.
    func resetWhenWritten(_ stream: HTTP2Stream, _ code: HTTP2ErrorCode) {
        // Copied out and in, as in `reset()`: an access that spans a call is checked for exclusivity at run time.
        var list = toReset
        toReset = []
        list.append((stream.number, code))
        toReset = list
        sender.touch()
    }

    // MARK: - The end

    func drain() {
        guard isOpen else { return }
        phase = .announced
        session.announceEnd()
        sender.touch()
    }

    private func endStreams() {
        phase = .final
        session.endStreams()
    }

    func closeIfIdle() -> Bool {
        guard isOpen, idleTime.isRunning, streams.isEmpty, block.stream == 0, !sender.isInSession,
            !sender.isWriteBlocked, let registration
        else { return false }
        guard intake.isAtRest, transport.socket.isQuiet() else {
            loop.rest(registration)
            return false
        }
        endStreams()
        sender.flush()
        close(.clientGone)
        return true
    }

    func cut(_ tally: inout DrainTally) {
        var hasTold = false
        for stream in streams.all where stream.cut(&tally) { hasTold = true }
        if hasTold {
            endStreams()
            sender.flush()
        }
        // Who does not take the last words at once had the drain time for it.
        if !isLingering { close(.drained) }
    }

    /// Ends the connection with the next write, for a reason that the log says.
    private func end(_ code: HTTP2ErrorCode, _ reason: CloseReason) {
        guard !isClosed, !isEnding || session.isAlive else { return }
        phase = .final
        report(reason)
        session.terminate(code)
        intake.mayHaveMore = false
        sender.touch()
    }

    private func closeInOrder() {
        _ = transport.tls?.sendCloseNotify()
        guard !intake.hasPeerEnded, registration != nil else { return close(.clientGone) }
        giveUpStreams()
        sender.close()
        transport.socket.endWriting()
        phase = .lingering(0)
        setDeadline(ClientLimits.lingerMillis)
        intake.mayHaveMore = true
        serve()
    }

    private func giveUpStreams() {
        for stream in streams.removeAll() { stream.end() }
    }

    private func report(_ reason: CloseReason) {
        if let words = reason.words { bench.journal.report(.information, "client \(peer.address): \(words)") }
    }

    private func close(_ reason: CloseReason) {
        guard !isClosed else { return }
        phase = .closed
        giveUpStreams()
        sender.close()
        head.giveBack()
        intake.close()
        report(reason)
        if let registration { loop.deregister(registration) }
        registration = nil
        clients.onClosed(self)
    }
}

extension HTTP2Connection: TurnEndHandler {
    func onTurnEnd() {
        guard let loss else { return }
        if let outcome = loss.outcome {
            for stream in streams.all { stream.giveUp(outcome) }
            transport.socket.resetOnClose()
        }
        close(loss)
    }
}

extension HTTP2Connection: HTTP2SenderOwner {
    func onWriteBlocked() {
        idleTime.isRunning = false
        setDeadline(bench.settings.timeouts.body)
        endIfTooSlow()
    }

    func onWriteFailed() {
        loss = .clientGone
        bench.turnEnd.call(self)
    }

    /// Ends the connection of a client that takes what there is for it too slowly.
    private func endIfTooSlow() {
        let least = bench.settings.answerPace
        guard loss == nil, sender.isTooSlow(least), streams.all.allSatisfy(\.isPaced) else { return }
        loss = .answerTooSlow(least: least.bytesPerSecond)
        bench.turnEnd.call(self)
    }

    func onFlushed() {
        if !toReset.isEmpty { return reset() }
        if !session.isAlive { return closeInOrder() }
        serve()
        setDeadline()
    }

    /// Tells clients that nobody listens to the rest of their requests (RFC 9113, section 8.1), or that their answers
    /// have broken off. That comes in a write of its own, since curl 7.88 drops an answer that it reads together with
    /// the reset of its stream.
    private func reset() {
        let list = toReset
        toReset = []
        for (number, code) in list where streams[number] != nil { session.reset(number, code) }
        sender.flush()
    }
}

// MARK: - What the session tells

extension HTTP2Connection: HTTP2SessionOwner {
    func onBlockBegin(stream: Int32, isFirst: Bool) {
        block = Block(stream: stream)
        idleTime.isRunning = false
        head.begin(isTrailers: !isFirst)
    }

    func onField(name: Span<UInt8>, value: Span<UInt8>) -> Bool {
        head.add(name: name, value: value)
    }

    func onInvalidField(name: Span<UInt8>) {
        head.refuse(name: name)
    }

    func onBlockEnd(stream: Int32, isFirst: Bool, endsStream: Bool) {
        block.stream = 0
        do throws(HeadError) {
            let key = head.asksForWebSocket ? bench.random.makeWebSocketKey() : nil
            let keyText = key?.text ?? []
            try head.finish(endsStream: endsStream, webSocketKey: keyText.span)
            try head.withText { (text) throws(HeadError) in
                if isFirst {
                    try begin(stream, source: text, endsStream: endsStream, key: key)
                } else {
                    try endRequest(stream, trailers: text)
                }
            }
        } catch {
            refuse(stream, error, isRequestEnded: endsStream)
        }
        head.giveBack()
    }

    private func begin(
        _ number: Int32, source: Span<UInt8>, endsStream: Bool, key: WebSocketKey?
    ) throws(HeadError) {
        let limit = bench.settings.requestHeadLimits.headBytesMax
        guard source.count <= limit else { throw HeadError(.headTooLarge, at: limit, limit: limit) }
        try bench.stores.requestHead.lend { (head) throws(HeadError) in
            try head.parse(source, limits: bench.settings.requestHeadLimits, isHTTP2: true)
            begin(number, head, source: source, endsStream: endsStream, key: key)
        }
    }

    private func begin(
        _ number: Int32, _ head: borrowing RequestHead, source: Span<UInt8>, endsStream: Bool, key: WebSocketKey?
    ) {
        guard clients.mayBeginStream(peer) else { return sender.reset(number, .refusedStream) }
        if idleTime.countRequest() { transport.tls?.keepBuffers() }
        let stream = open(number)
        let host = source.extracting(head.hostRange)
        if transport.tls?.isMisdirected(host) == true {
            return stream.refuse(Refusal(.misdirected), isRequestEnded: endsStream, method: head.method)
        }
        stream.begin(head, source: source, peer: peer, isRequestEnded: endsStream, key: key)
    }

    private func open(_ number: Int32) -> HTTP2Stream {
        let stream = clients.takeStream(number, of: self)
        streams.insert(stream)
        return stream
    }

    private func endRequest(_ number: Int32, trailers: Span<UInt8>) throws(HeadError) {
        let limit = HTTP.Limits.trailerBytesMax
        guard trailers.count <= limit else { throw HeadError(.headTooLarge, at: limit, limit: limit) }
        streams[number]?.endRequest(trailers: trailers)
    }

    private func refuse(_ number: Int32, _ error: HeadError, isRequestEnded: Bool) {
        onGlitch(.refusedHead)
        (streams[number] ?? open(number)).refuse(Refusal(error), isRequestEnded: isRequestEnded)
    }

    func onContent(_ content: Span<UInt8>, stream: Int32) {
        guard let known = streams[stream] else { return sender.consume(content.count, of: stream) }
        known.accept(content)
    }

    func onContentEnd(stream: Int32) {
        streams[stream]?.endRequest(trailers: Span())
    }

    func onStreamEnd(stream: Int32, code: UInt32) {
        if stream == block.stream {
            // The session has refused the block and does not tell its end.
            block.stream = 0
            head.giveBack()
        }
        streams.remove(stream)?.end()
    }

    func onSettings() {}
    func onGoAway(code: UInt32) {}

    func onContentWanted(of stream: Int32) -> HTTP2Session.NextContent {
        guard let stream = streams[stream] else { return .end }
        if stream.isBlocked { sender.list(stream) }
        return stream.onContentWanted()
    }

    func onMessageSent(stream: Int32) {
        streams[stream]?.onAnswerSent()
    }

    func onError(_ name: String) {
        guard !isEnding else { return }
        let counts = glitches.words.isEmpty ? "" : "; \(glitches.words)"
        report(.broken("HTTP/2 \(name.lowercased().replacing("_", with: " "))\(counts)"))
    }

    func onGlitch(_ glitch: HTTP2Glitch) {
        var score = glitches
        score.count(glitch, now: bench.clock.nowMillis)
        glitches = score
    }
}
