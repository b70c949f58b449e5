import Bytes
import HTTP
import Model
import Reactor

/// A connection to a member over HTTP/2 in cleartext, with prior knowledge (RFC 9113, section 3.3), and the streams
/// that share it.
///
/// ```
/// connecting ──▶ open ──▶ ending ──▶ closed
/// ```
///
/// It is open when the member has told its settings, so that a member which speaks another protocol is found out
/// before it gets a request. `ending` takes no further streams: the member has said GOAWAY, or the connection is old,
/// or its pool is retired. Owns the socket; belongs to its pool, on one worker's thread.
final class UpstreamHTTP2Connection: EventHandler, SharedUpstream {
    private enum Phase {
        case connecting, open, ending, closed
    }

    let bench: Bench
    let loop: EventLoop
    let pool: UpstreamPool
    let slot: PoolSlot
    private let bornMillis: Int
    private let transport: Transport
    private let intake: Intake
    /// What streams send through.
    let sender: HTTP2Sender
    private var registration: Registration?
    private var phase = Phase.connecting
    /// Streams whose request was sent, by number.
    private var streams: [Int32: UpstreamHTTP2Stream] = [:]
    /// Streams that an exchange holds.
    private var lentCount = 0
    /// Streams that were told something in this turn, whose exchanges are told when it is all.
    private var heard: [UpstreamHTTP2Stream] = []
    private let head: HTTP2AnswerText
    private var said = Said()

    /// What the member has said.
    private struct Said {
        /// Milliseconds of the loop's clock at which it last said something.
        var lastMillis = 0
        /// Whether it has answered a request.
        var hasAnswered = false
        /// Whether it has said that it takes no further streams, and that nothing is wrong.
        var hasGoneAway = false
    }

    /// Begins to connect.
    init(bench: Bench, loop: EventLoop, pool: UpstreamPool, addressIndex: Int) throws(SystemError) {
        self.bench = bench
        self.loop = loop
        self.pool = pool
        slot = PoolSlot(
            addressIndex: addressIndex, places: pool.key.terms.reuses ? pool.streamsExpected : nil)
        bornMillis = bench.clock.nowMillis
        intake = Intake(bytesMax: TurnLimits.memberBytesMax, buffers: bench.stores.buffers)
        head = HTTP2AnswerText(buffers: bench.stores.buffers)
        transport = Transport(taking: try Socket(connectingTo: pool.key.addresses[addressIndex]), tls: nil)
        let session = HTTP2Session(
            role: .client, settings: HTTP2Limits.memberSettings(bench.edge.configuration.limits))
        sender = HTTP2Sender(bench: bench, transport: transport, session: session)
        session.begin(for: self)
        sender.begin(for: self)
        if terms.probes { transport.socket.keepAlive() }
        let registration = try loop.register(transport.socket.descriptor, handler: self)
        self.registration = registration
        loop.setDeadline(registration, after: terms.connectMillis ?? bench.settings.timeouts.connect)
    }

    private var terms: UpstreamTerms { pool.key.terms }

    private var session: HTTP2Session { sender.session }

    /// Which of the member's addresses it leads to.
    var addressIndex: Int { slot.addressIndex }

    // MARK: - Streams

    /// Whether requests may be sent.
    var isOpen: Bool { phase == .open || phase == .ending }

    /// Whether the member has answered on it, and ends it in good order now: with GOAWAY.
    var endsInOrder: Bool { said.hasGoneAway && said.hasAnswered }

    /// Whether the member takes WebSockets by extended CONNECT (RFC 8441).
    var takesWebSocket: Bool { session.takesExtendedConnect }

    /// Whether there is room for a further stream.
    private var hasRoom: Bool {
        let age = bench.clock.nowMillis - bornMillis
        guard phase == .open, age < UpstreamLimits.lifetimeMillis, !sender.isWriteBlocked else { return false }
        return session.mayOpenStreams && max(lentCount, streams.count) < streamsMax
    }

    var isUsable: Bool {
        guard hasRoom, let registration else { return false }
        // What happened to an idle connection is most likely its end.
        return lentCount > 0 || intake.isAtRest && !loop.mayHaveNews(registration)
    }

    private var streamsMax: Int { min(session.streamsMax, UpstreamLimits.streamsPerConnectionMax) }

    /// Lends a stream to an exchange.
    func lend(to exchange: Exchange) -> any UpstreamStream {
        let stream = UpstreamHTTP2Stream(of: self, for: exchange)
        lentCount += 1
        if let registration, !sender.isWriteBlocked { loop.clearDeadline(registration) }
        return stream
    }

    /// Lends no further streams if the member has said nothing since a time: it may be gone without a word.
    ///
    /// - Parameter millis: of the loop's clock.
    func suspect(since millis: Int) {
        guard said.lastMillis <= millis, phase == .open else { return }
        pool.forget(self)
        phase = .ending
    }

    /// Takes a stream back whose exchange is over.
    func takeBack(_ stream: UpstreamHTTP2Stream) {
        lentCount -= 1
        pool.onRoom(self)
        rest()
    }

    /// Decides what becomes of a connection that no exchange is on.
    private func rest() {
        guard lentCount == 0, phase != .closed else { return }
        if phase == .open, terms.reuses, bench.clock.nowMillis - bornMillis < UpstreamLimits.lifetimeMillis {
            if let registration { loop.setDeadline(registration, after: terms.idleMillis) }
        } else if phase != .connecting {
            end()
        }
    }

    /// Lends no further streams, and closes when the last one is over.
    func retire() {
        if phase == .open { phase = .ending }
        if lentCount == 0 { end() }
    }

    /// Closes the connection if no exchange is on it.
    ///
    /// - Returns: whether it was closed.
    func closeIfIdle() -> Bool {
        guard lentCount == 0, !sender.isInSession else { return false }
        close()
        return true
    }

    /// Says GOAWAY, and closes when that is written.
    private func end() {
        guard phase != .closed else { return }
        guard phase != .connecting else { return close() }
        phase = .ending
        session.terminate(.none)
        sender.touch()
    }

    /// Begins a stream with its request.
    ///
    /// - Returns: its number; `nil` when the connection takes none any more.
    func submit(
        _ request: WrittenRequest, of bytes: Span<UInt8>, hasContent: Bool, for stream: UpstreamHTTP2Stream
    ) -> Int32? {
        guard let number = session.submit(request, of: bytes, hasContent: hasContent) else { return nil }
        streams[number] = stream
        sender.touch()
        return number
    }

    // MARK: - Events

    func onReady(_ readiness: Readiness) {
        intake.note(readiness, of: transport)
        if phase == .connecting {
            let code = transport.socket.pendingError()
            guard code == 0 else { return fail(SystemError("connect", code: code).description) }
        }
        if readiness.contains(.writable) {
            sender.onWritable()
            // The preface and the settings.
            if phase == .connecting { sender.touch() }
        }
        serve()
    }

    func onTurn() {
        serve()
    }

    func onDeadline() {
        if sender.isWriteBlocked { return fail("the member has not read its requests for too long") }
        switch phase {
        case .connecting:
            close()
            failStreams(.connectTimeout)
        case .open, .ending: if lentCount == 0 { end() }
        case .closed: break
        }
    }

    /// Handles what has come, and reads on, as far as this turn allows.
    private func serve() {
        guard !intake.isAtRest, phase != .closed else { return }
        if intake.budget.renew(in: bench.clock.turn) { session.allot(TurnLimits.memberBytesMax) }
        let buffer = intake.take()
        while intake.mayHaveMore || !buffer.isEmpty, session.hasAllotment, phase != .closed {
            if buffer.isEmpty { read(into: buffer) } else { receive(buffer) }
        }
        if buffer.isEmpty || phase == .closed { bench.stores.buffers.giveBack(buffer) } else { intake.keep(buffer) }
        guard phase != .closed, !intake.isAtRest else {
            tellPause()
            // Behind the last stream's end nothing has followed.
            return pool.onRoom(self)
        }
        if let registration { loop.resumeNextTurn(registration) }
    }

    private func receive(_ buffer: Buffer) {
        guard let error = sender.receive(buffer) else { return }
        buffer.removeAll()
        refuse(error)
    }

    private func read(into buffer: Buffer) {
        switch intake.read(from: transport, into: buffer) {
        case .moved:
            said.lastMillis = bench.clock.nowMillis
            receive(buffer)
        case .wouldBlock: break
        case .ended: fail("the member ended the connection")
        case .failed(let words): fail(words)
        }
    }

    /// The member does not keep to the protocol.
    private func refuse(_ error: HTTP2ErrorCode) {
        let words = "the member's HTTP/2 is broken"
        session.terminate(error)
        failStreams(phase == .connecting ? .connect(words) : .broken(words))
    }

    /// The member has said all that it had for now: nothing waits for more.
    private func tellPause() {
        guard !heard.isEmpty else { return }
        let streams = heard
        heard.removeAll(keepingCapacity: true)
        for stream in streams { stream.onPause() }
    }

    /// Remembers a stream that was told something.
    func hear(_ stream: UpstreamHTTP2Stream) {
        heard.append(stream)
    }

    // MARK: - The end

    private func fail(_ words: String) {
        // What is wrong before the settings have come is no matter of a request's.
        let failure: UpstreamFailure = phase == .connecting ? .connect(words) : .broken(words)
        close()
        failStreams(failure)
    }

    private func failStreams(_ failure: UpstreamFailure) {
        pool.forget(self)
        if phase != .closed { phase = .ending }
        let failed = streams.values
        streams = [:]
        for stream in failed { stream.fail(failure) }
        pool.onFailed(self, failure)
    }

    private func close() {
        guard phase != .closed else { return }
        phase = .closed
        pool.forget(self)
        sender.close()
        head.giveBack()
        intake.close()
        if let registration { loop.deregister(registration) }
        registration = nil
    }
}

extension UpstreamHTTP2Connection: TurnEndHandler {
    func onTurnEnd() {
        serve()
    }
}

extension UpstreamHTTP2Connection: HTTP2SenderOwner {
    func onWriteBlocked() {
        if let registration, phase != .connecting {
            loop.setDeadline(registration, after: terms.answerMillis ?? bench.settings.timeouts.body)
        }
    }

    func onWriteFailed() {
        // What the member said before it closed is read first; the reading side finds the end.
        intake.mayHaveMore = true
        onWriteBlocked()
        bench.turnEnd.call(self)
    }

    func onFlushed() {
        guard session.isAlive else { return fail("the HTTP/2 connection has ended") }
        if let registration, phase != .connecting, lentCount > 0 { loop.clearDeadline(registration) }
    }
}

// MARK: - What the session tells

extension UpstreamHTTP2Connection: HTTP2SessionOwner {
    func onSettings() {
        guard phase == .connecting else { return }
        phase = .open
        if let registration { loop.clearDeadline(registration) }
        pool.streamsExpected = max(1, streamsMax)
        pool.onOpened(self)
        // Those who had waited for it may have gone.
        rest()
    }

    func onGoAway(code: UInt32) {
        if code == HTTP2ErrorCode.none.rawValue { said.hasGoneAway = true }
        guard phase != .connecting else { return fail("the member goes away") }
        pool.forget(self)
        if phase == .open { phase = .ending }
        if lentCount == 0 { end() }
    }

    func onBlockBegin(stream: Int32, isFirst: Bool) {
        head.begin(isTrailers: streams[stream]?.isHeadComplete ?? !isFirst)
    }

    func onField(name: Span<UInt8>, value: Span<UInt8>) -> Bool {
        head.add(name: name, value: value)
    }

    func onInvalidField(name: Span<UInt8>) {
        head.refuse(name: name)
    }

    func onBlockEnd(stream number: Int32, isFirst: Bool, endsStream: Bool) {
        defer { head.giveBack() }
        guard let stream = streams[number] else { return }
        do throws(HeadError) {
            if stream.isHeadComplete {
                try head.finish(.nothing)
                head.withText { stream.onEnd(trailers: $0) }
            } else {
                try stream.finish(head, endsStream: endsStream)
                try head.withText { (text) throws(HeadError) in try stream.onHead(text, endsStream: endsStream) }
                if stream.isHeadComplete { said.hasAnswered = true }
            }
        } catch {
            stream.fail(.unreadable(error), resetting: .protocolError)
        }
    }

    func onContent(_ content: Span<UInt8>, stream number: Int32) {
        guard let stream = streams[number], stream.isListening else { return sender.consume(content.count, of: number) }
        stream.onContent(content)
    }

    func onContentEnd(stream: Int32) {
        streams[stream]?.onEnd(trailers: Span())
    }

    func onStreamEnd(stream: Int32, code: UInt32) {
        streams.removeValue(forKey: stream)?.onClosed(code)
        pool.onRoom(self)
    }

    func onContentWanted(of stream: Int32) -> HTTP2Session.NextContent {
        streams[stream]?.onContentWanted() ?? .end
    }

    func onMessageSent(stream: Int32) {}

    // nghttp2 bounds what a member can make us do by frames that ask for others; a member is not a stranger.
    func onGlitch(_ glitch: HTTP2Glitch) {}

    func onError(_ name: String) {
        bench.journal.report(
            .warning, "\(pool.key.addresses[addressIndex]): HTTP/2 \(name.lowercased().replacing("_", with: " "))")
    }
}
