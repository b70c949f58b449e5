import Bytes
import HTTP
import Model
import Reactor

/// One request and its answer on a client's HTTP/2 connection (RFC 9113, section 8.1).
///
/// ```
/// open ──▶ the request has ended ──▶ over
///   └────▶ the answer has ended ─────▲
/// ```
///
/// Request content that the exchange does not take waits in a slab, which the stream's window bounds. Answer content
/// is never kept: it is sent from where it lies, or not taken. ``HTTP2Request`` and ``HTTP2Answer`` have the state of
/// the two directions. Pooled with them; belongs to one worker's thread.
final class HTTP2Stream: EventHandler, HTTP2Sending {
    /// The stream's identifier (RFC 9113, section 5.1.1).
    private(set) var number: Int32 = 0
    private let clients: Clients
    private let bench: Bench
    private let buffers: BufferPool
    private var connection: HTTP2Connection?
    /// The next one of its chain in the connection's table, or of those that wait to be taken up again.
    var next: HTTP2Stream?
    private(set) var exchange: Exchange?
    private let request = HTTP2Request()
    private let response = HTTP2Answer()
    /// Runs while content is awaited from the client, or the client's window is awaited.
    private var timer: Registration?
    /// Whether the exchange has room for content again, which is given to it at the end of the turn.
    private var wantsContent = false
    /// Whether the stream waits in its connection's list of those that may send.
    var isListed = false
    /// Whether content is being sent, in the course of which the stream may end.
    private var isSending = false
    private var hasEnded = false
    /// Whether it has ended before its content was sent, which its exchange is told at the end of the turn.
    private var isLost = false

    init(clients: Clients) {
        self.clients = clients
        bench = clients.bench
        buffers = bench.stores.buffers
    }

    private var loop: EventLoop { clients.loop }

    /// Whether the exchange was told that not all of its content was taken.
    var isBlocked: Bool { response.isBlocked }

    /// Takes the stream up for a request.
    func open(_ number: Int32, of connection: HTTP2Connection) {
        self.number = number
        self.connection = connection
    }

    // MARK: - The request

    /// Begins the exchange.
    ///
    /// - Parameters:
    ///   - head: the request's.
    ///   - source: what it was parsed from.
    ///   - peer: whose connection it is on.
    ///   - key: of a request for a WebSocket.
    func begin(
        _ head: borrowing RequestHead, source: Span<UInt8>, peer: ClientPeer, isRequestEnded: Bool, key: WebSocketKey?
    ) {
        request.begin(
            head.method, isCall: GRPC.isCall(head, in: source), key: key, isEnded: isRequestEnded,
            headBytes: source.count)
        let expectsContinue = head.expectsContinue
        let hasContent = head.hasContent
        let exchange = bench.takeExchange()
        self.exchange = exchange
        exchange.begin(self, peer: peer, head: head, source: source)
        guard self.exchange === exchange else { return }
        // Who waits for 100 Continue is not late: the member may be.
        if hasContent, !expectsContinue { startTimer(exchange.clientMillis) }
        exchange.flushRequest()
    }

    /// Answers a request whose head, or the end of it, is refused.
    ///
    /// - Parameter method: of the request, as far as it is known.
    func refuse(_ refusal: Refusal, isRequestEnded: Bool, method: HTTP.Method = .get) {
        if let exchange {
            if isRequestEnded { request.end() }
            return exchange.refuse(refusal)
        }
        guard let connection else { return }
        request.refuse(method, isEnded: isRequestEnded)
        let ruled = bench.edge.rule(refusal, to: connection.peer)
        let code = refusal.code(mayExplain: connection.peer.mayExplain)
        let counts = bench.journal.needs.contains(.sizes)
        bench.journal.logRefusal(
            ruled, of: connection.peer,
            sizes: counts ? sizes(contents: MessageSizes(), own: (ruled, code)) : MessageSizes())
        answer(ruled, code: code)
    }

    /// Takes content from the client.
    func accept(_ content: Span<UInt8>) {
        // The stream's window stays as it is: nobody wants more of it.
        guard let exchange else {
            connection?.sender.consume(content.count)
            return
        }
        if !request.isTunnel { startTimer(exchange.clientMillis) }
        if exchange.isInflating {
            connection?.sender.session.spend(content.count * (TurnLimits.inflatedFactor - 1))
        }
        let taken = request.mayPass ? exchange.acceptContent(content) : 0
        consume(taken)
        if taken < content.count { keep(content.extracting(taken..<content.count)) }
        if sendsTooSlowly(isPaused: taken < content.count) {
            self.exchange?.refuseLater(Refusal(.bodyTooSlow, limit: bench.settings.requestPace.bytesPerSecond))
        }
        self.exchange?.flushRequest()
    }

    /// Whether content comes too slowly, by what the whole connection receives: its streams share it.
    private func sendsTooSlowly(isPaused: Bool) -> Bool {
        guard let connection, exchange?.isPaced == true else { return false }
        let (count, now) = (connection.streams.receivedCount, bench.clock.nowMillis)
        var pace = request.pace
        pace.begin(at: count, now: now)
        let isTooSlow = pace.isTooSlow(at: count, now: now, bench.settings.requestPace)
        if isPaused { pace.pause(now: now) }
        request.pace = pace
        return isTooSlow
    }

    private func keep(_ rest: Span<UInt8>) {
        guard exchange != nil else { return consume(rest.count) }
        if !request.keep(rest, buffers) { connection?.sender.reset(number, .flowControl) }
    }

    private func consume(_ count: Int) {
        connection?.sender.consume(count, of: number)
    }

    /// The client has ended its request.
    func endRequest(trailers: Span<UInt8>) {
        guard request.end(trailers: trailers) else { return }
        exchange?.endContent(trailers: trailers)
        exchange?.flushRequest()
    }

    // MARK: - Deadlines

    private func startTimer(_ millis: Int) {
        let timer = timer ?? loop.registerTimer(handler: self)
        self.timer = timer
        loop.setDeadline(timer, after: millis)
    }

    /// Sets the time for the client to go on with its request, or lets it take its time.
    private func awaitContent() {
        if let exchange, request.isAwaited {
            startTimer(exchange.clientMillis)
        } else if let timer {
            loop.clearDeadline(timer)
        }
    }

    func onReady(_ readiness: Readiness) {}

    func onDeadline() {
        if exchange == nil, !response.isBlocked {
            connection?.resetWhenWritten(self, .none)
        } else if response.isBlocked {
            // A window that stays shut would hold the member's connection for ever.
            connection?.sender.reset(number, .cancel)
        } else if request.isAwaited, request.waiting == nil {
            exchange?.onRequestTimeout()
        }
    }

    // MARK: - The answer

    /// How the stream goes on that has no content in hand.
    func onContentWanted() -> HTTP2Session.NextContent {
        response.ending
    }

    /// The client can take more.
    func onWritable() {
        if !response.ownContent.isEmpty { return sendOwnContent() }
        guard response.isBlocked else { return }
        if readsTooSlowly {
            exchange.take()?.cancel(.answerTooSlow)
            connection?.sender.reset(number, .cancel)
            return
        }
        response.unblock()
        awaitContent()
        exchange?.onClientWritable()
    }

    /// Whether the answer is taken too slowly, by what the whole connection is sent: its streams share it.
    private var readsTooSlowly: Bool {
        guard let connection, exchange?.isPaced == true else { return false }
        let now = bench.clock.nowMillis
        var pace = response.pace
        pace.pause(now: now)
        let isTooSlow = pace.isTooSlow(at: connection.sender.count, now: now, bench.settings.answerPace)
        response.pace = pace
        return isTooSlow
    }

    /// Whether its client has to be as fast as the limits say.
    var isPaced: Bool { exchange?.isPaced != false }

    /// Bytes of memory that go with it, roughly.
    var heldBytes: Int { exchange?.heldBytes ?? 0 }

    /// Gives up what is under way, but for an answer of which all was sent.
    func giveUp(_ outcome: Outcome) {
        exchange.take()?.cancel(response.contentLeft == 0 ? .answered : outcome)
    }

    private func sendOwnContent() {
        // A stream that ends meanwhile gives its content up.
        let content = response.ownContent
        let taken = send(content.span, isLast: true)
        guard !hasEnded else { return end() }
        response.sendOwn(taken)
        if response.isBlocked { startTimer(bench.settings.timeouts.body) }
    }

    /// Sends content; when the stream ends meanwhile, ``hasEnded`` says so afterwards.
    private func send(_ content: Span<UInt8>, isLast: Bool) -> Int {
        isSending = true
        defer { isSending = false }
        return connection?.sender.send(content, on: self, isLast: isLast) ?? 0
    }

    /// The answer's last frame is on its way. A client that still sends is told that nobody listens: after a while, in
    /// which most have ended their requests, since there are some who drop a whole answer that they read together with
    /// the reset of its stream (curl 7.88).
    func onAnswerSent() {
        guard !request.isEnded, let connection else { return }
        guard connection.streams.areFew else { return connection.resetWhenWritten(self, .none) }
        startTimer(HTTP2Limits.requestEndMillis)
    }

    // MARK: - The end

    /// Ends at once.
    ///
    /// - Returns: whether a tunnel's client was told.
    func cut(_ tally: inout DrainTally) -> Bool {
        guard let exchange else { return false }
        guard request.isTunnel else {
            tally.countExchange()
            self.exchange = nil
            exchange.cancel(.drainTimeout)
            connection?.sender.reset(number, .cancel)
            return false
        }
        let name = exchange.memberName
        let isTold = exchange.endTunnel(.drainTimeout)
        tally.countTunnel(name, isTold: isTold)
        return isTold
    }

    /// The stream is over; what is under way is given up, unless it has just sent its last byte.
    func end() {
        guard !isSending else { return hasEnded = true }
        hasEnded = false
        isLost = false
        // A member may say later than its client has been told that all was sent.
        exchange.take()?.cancel(response.contentLeft == 0 ? .answered : .clientGone)
        if let timer { loop.deregister(timer) }
        timer = nil
        consume(request.close(buffers))
        connection = nil
        request.reset()
        response.reset(to: buffers)
        wantsContent = false
        clients.giveBackStream(self)
    }
}

extension HTTP2Stream: TurnEndHandler {
    func onTurnEnd() {
        if isLost { return end() }
        if wantsContent { goOn() }
    }
}

extension HTTP2Stream: ClientStream {
    func sendInterim(_ head: borrowing ResponseHead, source: Span<UInt8>, omitting names: FieldNames?) {
        let status = head.status
        let rewrite = ResponseRewrite(framing: .none)
        if let text = HTTP2Answer.write(
            head, source: source, rewrite: rewrite, date: Span(), omitting: names, extra: Span(), buffers)
        {
            response.count(head: text.count)
            text.withReadable {
                connection?.sender.submit(interim: HTTP2Answer.fields(in: $0), status: status, on: number)
            }
            buffers.giveBack(text)
        }
        awaitContent()
    }

    func sendHead(_ head: borrowing ResponseHead, source: Span<UInt8>, plan: borrowing AnswerPlan) -> Refusal? {
        if request.isWebSocket, let key = request.key {
            if let refusal = Self.refusal(of: head, source: source, to: key) { return refusal }
            request.answer(isSwitching: plan.isSwitching)
        }
        guard response.hold(head, source: source, plan: plan, date: bench.date.span, buffers) else {
            return Refusal(.answerHeadTooLarge)
        }
        if response.isBodiless || plan.isSwitching { submitHead() }
        return nil
    }

    private func submitHead() {
        guard let text = response.takeHead() else { return }
        let (status, hasContent) = (response.status, !response.isBodiless)
        text.withReadable {
            connection?.sender.submit(
                head: HTTP2Answer.fields(in: $0), status: status, on: number, hasContent: hasContent)
        }
        buffers.giveBack(text)
    }

    func completePeer() { connection?.completePeer() }

    func notePeer() { connection?.notePeer() }

    func withdrawHead() -> Bool { response.withdraw(buffers) }

    /// What is wrong with an answer to a request for a WebSocket: over HTTP/2 each 2xx would open it (RFC 8441).
    private static func refusal(
        of head: borrowing ResponseHead, source: Span<UInt8>, to key: WebSocketKey
    ) -> Refusal? {
        guard head.status == 101 else { return (200..<300).contains(head.status) ? Refusal(.switchRefused) : nil }
        for index in 0..<head.fields.count {
            let field = head.fields[index]
            guard source.extracting(field.name).equalsIgnoringCase("sec-websocket-accept") else { continue }
            return source.extracting(field.value).equals(key.accepted.span) ? nil : Refusal(.switchUnproven)
        }
        return Refusal(.switchUnproven)
    }

    func sendContent(_ content: Span<UInt8>) -> Int {
        submitHead()
        let isLast = response.isLast(content.count)
        let taken = send(content, isLast: isLast)
        if hasEnded, !isLast || taken < content.count {
            isLost = true
            bench.turnEnd.call(self)
            return 0
        }
        response.count(taken, of: content.count, isLast: isLast)
        if taken < content.count {
            startTimer(exchange?.bodyMillis ?? bench.settings.timeouts.body)
            response.pace.begin(at: connection?.sender.count ?? 0, now: bench.clock.nowMillis)
        }
        return taken
    }

    func endContent(trailers: Span<UInt8>, omitting names: FieldNames?) {
        submitHead()
        guard response.isOpen else { return }
        let hasTrailers =
            trailers.count > 2
            && connection?.sender.submit(trailers: trailers, omitting: names, on: number) == true
        if hasTrailers { response.count(head: trailers.count) }
        response.end(hasTrailers: hasTrailers)
        connection?.sender.resume(number)
    }

    func flush() {
        submitHead()
        connection?.sender.touch()
    }

    func resumeContent() {
        guard !wantsContent else { return }
        wantsContent = true
        bench.turnEnd.call(self)
    }

    /// Hands on what has waited for room.
    private func goOn() {
        wantsContent = false
        guard let exchange, !request.awaitsSwitch else { return }
        if let buffer = request.waiting {
            let taken = buffer.withReadable { exchange.acceptContent($0) }
            buffer.consume(taken)
            consume(taken)
            guard buffer.isEmpty else { return exchange.flushRequest() }
            request.close(buffers)
        }
        if request.isEnded {
            let trailers = request.trailers
            exchange.endContent(trailers: trailers.span)
        } else if !request.isTunnel {
            startTimer(exchange.clientMillis)
        }
        self.exchange?.flushRequest()
    }

    func contentBytes(of own: OwnAnswer, code: StaticString) -> Int {
        request.isCall ? 0 : own.contentBytes(code: code, to: request.method)
    }

    func sizes(contents: MessageSizes, own: (answer: OwnAnswer, code: StaticString)?) -> MessageSizes {
        let trailers = request.trailers.count
        var sizes = MessageSizes(
            request: request.headBytes + contents.request + trailers, answer: response.sizeOfHeads + contents.answer)
        guard let own else { return sizes }
        let text = own.answer.isLong ? buffers.large() : buffers.small()
        defer { buffers.giveBack(text) }
        write(own.answer, code: own.code, to: text)
        sizes.answer = response.sizeOfHeads + text.count
        return sizes
    }

    /// Writes an answer of Martlet's own as HTTP/1.1 has it.
    private func write(_ own: OwnAnswer, code: StaticString, to text: Buffer) {
        _ = text.append { (output: inout OutputSpan<UInt8>) in
            guard request.isCall else {
                return own.write(
                    code: code, to: request.method, closes: false, date: bench.date.span, into: &output)
            }
            return GRPC.writeAnswer(
                own.status, hasExpired: own.outcome == .grpcTimeout, date: bench.date.span, into: &output)
        }
    }

    func answer(_ own: OwnAnswer, code: StaticString) {
        exchange = nil
        let text = own.isLong ? buffers.large() : buffers.small()
        defer { buffers.giveBack(text) }
        write(own, code: code, to: text)
        guard !request.isCall else {
            text.withReadable { connection?.sender.submit(head: $0, status: 200, on: number, hasContent: false) }
            return
        }
        text.withReadable { bytes in
            let end = response.keepContent(of: bytes)
            connection?.sender.submit(
                head: HTTP2Answer.fields(in: bytes.extracting(0..<end)), status: own.status, on: number,
                hasContent: end < bytes.count)
        }
        if !response.ownContent.isEmpty { connection?.sender.list(self) }
    }

    func abort() {
        exchange = nil
        // Everything was sent that was announced, and it is the member that has not ended.
        guard !hasEnded else { return end() }
        connection?.resetWhenWritten(self, .internal)
    }

    func onExchangeEnd() {
        exchange = nil
        if hasEnded { end() }
    }
}
