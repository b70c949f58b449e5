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
/// is never kept: it is sent from where it lies, or not taken. Pooled; belongs to one worker's thread.
final class HTTP2Stream: EventHandler, HTTP2Sending {
    /// The stream's identifier (RFC 9113, section 5.1.1).
    private(set) var number: Int32 = 0
    private let clients: Clients
    private let bench: Bench
    private let loop: EventLoop
    private var connection: HTTP2Connection?
    private(set) var exchange: Exchange?
    /// Runs while content is awaited from the client, or the client's window is awaited.
    private var timer: Registration?

    // MARK: The request

    private var method = HTTP.Method.get
    /// Content that the exchange had no room for.
    private var waiting: Buffer?
    private var isRequestEnded = false
    private var requestTrailers: [UInt8] = []
    /// The key that the member must answer to, of a WebSocket.
    private var key: WebSocketKey?
    /// Whether content is that of a tunnel which the member has not opened yet.
    private var awaitsSwitch = false
    private var isTunnel = false
    /// Whether it is a gRPC call, which gets Martlet's own answers in gRPC's form.
    private var isCall = false

    // MARK: The answer

    /// Bytes of content that are still to come; `nil` while that is not known.
    private var contentLeft: UInt64?
    private var isBodiless = false
    /// The head of an answer with content while none of that has come: it can still be taken back.
    private var heldHead: Buffer?
    private var heldStatus = 0
    private var ending: HTTP2Session.NextContent = .later
    /// Content of an answer that Martlet gives itself.
    private var ownContent: [UInt8] = []
    /// Whether the exchange has room for content again, which is given to it at the end of the turn.
    private var wantsContent = false
    /// Whether the exchange was told that not all of its content was taken.
    private(set) var isBlocked = false
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
        loop = clients.loop
    }

    /// Takes the stream up for a request.
    func open(_ number: Int32, of connection: HTTP2Connection) {
        self.number = number
        self.connection = connection
    }

    // MARK: - The request

    /// Begins the exchange.
    ///
    /// - Parameters:
    ///   - source: what `bench.stores.requestHead` was parsed from.
    ///   - key: of a request for a WebSocket.
    func begin(source: Span<UInt8>, isRequestEnded: Bool, key: WebSocketKey?) {
        guard let connection else { return }
        self.isRequestEnded = isRequestEnded
        self.key = key
        awaitsSwitch = key != nil
        method = bench.stores.requestHead.method
        isCall = GRPC.isCall(bench.stores.requestHead, in: source)
        let expectsContinue = bench.stores.requestHead.expectsContinue
        let hasContent = bench.stores.requestHead.hasContent
        let exchange = bench.takeExchange()
        self.exchange = exchange
        exchange.begin(self, peer: connection.peer, head: bench.stores.requestHead, source: source)
        guard self.exchange === exchange else { return }
        // Who waits for 100 Continue is not late: the member may be.
        if hasContent, !expectsContinue { startTimer(exchange.clientMillis) }
        exchange.flushRequest()
    }

    /// Answers a request whose head, or the end of it, is refused.
    ///
    /// - Parameter method: of the request, as far as it is known.
    func refuse(_ refusal: Refusal, isRequestEnded: Bool, method: HTTP.Method = .get) {
        self.isRequestEnded = isRequestEnded
        if let exchange { return exchange.refuse(refusal) }
        guard let connection else { return }
        self.method = method
        bench.journal.logRefusal(refusal, of: connection.peer)
        answer(refusal, code: refusal.code(mayExplain: connection.peer.mayExplain))
    }

    /// Takes content from the client.
    func accept(_ content: Span<UInt8>) {
        guard let exchange else { return consume(content.count) }
        if !isTunnel { startTimer(exchange.clientMillis) }
        if exchange.isInflating {
            connection?.sender.session.spend(content.count * (TurnLimits.inflatedFactor - 1))
        }
        let taken = waiting == nil && !awaitsSwitch ? exchange.acceptContent(content) : 0
        consume(taken)
        if taken < content.count { keep(content.extracting(taken..<content.count)) }
        self.exchange?.flushRequest()
    }

    private func keep(_ rest: Span<UInt8>) {
        guard exchange != nil else { return consume(rest.count) }
        let buffer = waiting ?? bench.stores.buffers.large()
        waiting = buffer
        // The window is smaller than the slab, so a client that keeps to it never fills it.
        buffer.compact()
        if buffer.append(rest) < rest.count { connection?.sender.reset(number, .flowControl) }
    }

    private func consume(_ count: Int) {
        connection?.sender.consume(count, of: number)
    }

    /// The client has ended its request.
    func endRequest(trailers: Span<UInt8>) {
        isRequestEnded = true
        guard waiting == nil, !awaitsSwitch else {
            for offset in trailers.indices { requestTrailers.append(trailers[offset]) }
            return
        }
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
        if let exchange, !isRequestEnded, !isTunnel {
            startTimer(exchange.clientMillis)
        } else if let timer {
            loop.clearDeadline(timer)
        }
    }

    func onReady(_ readiness: Readiness) {}

    func onDeadline() {
        if isBlocked {
            // A window that stays shut would hold the member's connection for ever.
            connection?.sender.reset(number, .cancel)
        } else if !isRequestEnded, !isTunnel, waiting == nil {
            exchange?.onRequestTimeout()
        }
    }

    // MARK: - The answer

    /// How the stream goes on that has no content in hand.
    func onContentWanted() -> HTTP2Session.NextContent {
        ending
    }

    /// The client can take more.
    func onWritable() {
        if !ownContent.isEmpty { return sendOwnContent() }
        guard isBlocked else { return }
        isBlocked = false
        awaitContent()
        exchange?.onClientWritable()
    }

    private func sendOwnContent() {
        // A stream that ends meanwhile gives its content up.
        let content = ownContent
        let taken = send(content.span, isLast: true)
        guard !hasEnded else { return end() }
        ownContent.removeFirst(taken)
        isBlocked = !ownContent.isEmpty
        if isBlocked { startTimer(bench.settings.timeouts.body) }
    }

    /// Sends content; when the stream ends meanwhile, ``hasEnded`` says so afterwards.
    private func send(_ content: Span<UInt8>, isLast: Bool) -> Int {
        isSending = true
        defer { isSending = false }
        return connection?.sender.send(content, on: self, isLast: isLast) ?? 0
    }

    /// The answer's last frame is on its way. A client that still sends is told that nobody listens.
    func onAnswerSent() {
        if !isRequestEnded { connection?.resetWhenWritten(self, .none) }
    }

    // MARK: - The end

    /// Ends at once.
    ///
    /// - Returns: whether a tunnel's client was told.
    func cut(_ tally: inout DrainTally) -> Bool {
        guard let exchange else { return false }
        guard isTunnel else {
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
        exchange.take()?.cancel(contentLeft == 0 ? .answered : .clientGone)
        if let timer { loop.deregister(timer) }
        if let waiting = waiting.take() {
            consume(waiting.count)
            bench.stores.buffers.giveBack(waiting)
        }
        if let head = heldHead.take() { bench.stores.buffers.giveBack(head) }
        timer = nil
        connection = nil
        isRequestEnded = false
        method = .get
        if !requestTrailers.isEmpty { requestTrailers.removeAll() }
        key = nil
        awaitsSwitch = false
        isTunnel = false
        isCall = false
        contentLeft = nil
        isBodiless = false
        ending = .later
        if !ownContent.isEmpty { ownContent.removeAll() }
        isBlocked = false
        wantsContent = false
        // In the list of a connection it would be met again as somebody else's.
        if !isListed { clients.giveBackStream(self) }
    }
}

extension HTTP2Stream: TurnEndHandler {
    func onTurnEnd() {
        if isLost { return end() }
        if wantsContent { goOn() }
    }
}

extension HTTP2Stream: ClientStream {
    func sendInterim(_ head: borrowing ResponseHead, source: Span<UInt8>) {
        let status = head.status
        if let text = write(head, source: source, rewrite: ResponseRewrite(framing: .none), date: Span(), extra: []) {
            text.withReadable { connection?.submitInterim(Self.fields(in: $0), status: status, on: self) }
            bench.stores.buffers.giveBack(text)
        }
        awaitContent()
    }

    func sendHead(_ head: borrowing ResponseHead, source: Span<UInt8>, plan: borrowing AnswerPlan) -> Refusal? {
        if let key {
            if let refusal = Self.refusal(of: head, source: source, to: key) { return refusal }
            awaitsSwitch = false
            isTunnel = plan.isSwitching
        }
        var framing = plan.framing
        if case .length(let count) = framing { contentLeft = count }
        if framing == .chunked { framing = .none }
        isBodiless = !plan.isSwitching && (head.framing == .none || plan.framing == .none || contentLeft == 0)
        var rewrite = ResponseRewrite(framing: framing)
        rewrite.coding = plan.coding
        rewrite.splices = plan.splices
        guard
            let text = write(head, source: source, rewrite: rewrite, date: bench.journal.date.span, extra: plan.extra)
        else { return Refusal(.answerHeadTooLarge) }
        heldHead = text
        heldStatus = head.status == 101 ? 200 : head.status
        if isBodiless || plan.isSwitching { submitHead() }
        return nil
    }

    private func submitHead() {
        guard let text = heldHead.take() else { return }
        let (status, hasContent) = (heldStatus, !isBodiless)
        text.withReadable {
            connection?.submitHead(Self.fields(in: $0), status: status, on: self, hasContent: hasContent)
        }
        bench.stores.buffers.giveBack(text)
    }

    func withdrawHead() -> Bool {
        guard let text = heldHead.take() else { return false }
        bench.stores.buffers.giveBack(text)
        contentLeft = nil
        return true
    }

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

    /// Writes a head as HTTP/1.1 has it.
    ///
    /// - Returns: the slab that it is in; `nil` when it does not fit into one.
    private func write(
        _ head: borrowing ResponseHead, source: Span<UInt8>, rewrite: ResponseRewrite, date: Span<UInt8>,
        extra: [UInt8]
    ) -> Buffer? {
        var text = bench.stores.buffers.small()
        if !Self.append(head, source: source, rewrite: rewrite, date: date, extra: extra, to: text) {
            bench.stores.buffers.giveBack(text)
            text = bench.stores.buffers.large()
            guard Self.append(head, source: source, rewrite: rewrite, date: date, extra: extra, to: text) else {
                bench.stores.buffers.giveBack(text)
                return nil
            }
        }
        return text
    }

    private static func append(
        _ head: borrowing ResponseHead, source: Span<UInt8>, rewrite: ResponseRewrite, date: Span<UInt8>,
        extra: [UInt8], to text: Buffer
    ) -> Bool {
        text.append { (output: inout OutputSpan<UInt8>) in
            head.write(to: &output, from: source, rewrite: rewrite, date: date, extra: extra.span)
        }
    }

    func sendContent(_ content: Span<UInt8>) -> Int {
        submitHead()
        let isLast = contentLeft.map { UInt64(content.count) >= $0 } ?? false
        let taken = send(content, isLast: isLast)
        if hasEnded, !isLast || taken < content.count {
            isLost = true
            bench.turnEnd.call(self)
            return 0
        }
        if let left = contentLeft { contentLeft = left - min(left, UInt64(taken)) }
        if isLast, taken == content.count { ending = .end }
        if taken < content.count {
            isBlocked = true
            startTimer(bench.settings.timeouts.body)
        }
        return taken
    }

    func endContent(trailers: Span<UInt8>) {
        submitHead()
        guard !isBodiless, case .later = ending else { return }
        ending = .end
        if trailers.count > 2, connection?.sender.submit(trailers: trailers, on: number) == true { ending = .trailers }
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
        guard let exchange, !awaitsSwitch else { return }
        if let buffer = waiting {
            let taken = buffer.withReadable { exchange.acceptContent($0) }
            buffer.consume(taken)
            consume(taken)
            guard buffer.isEmpty else { return exchange.flushRequest() }
            waiting = nil
            bench.stores.buffers.giveBack(buffer)
        }
        if isRequestEnded {
            exchange.endContent(trailers: requestTrailers.span)
        } else if !isTunnel {
            startTimer(exchange.clientMillis)
        }
        self.exchange?.flushRequest()
    }

    func contentBytes(of refusal: Refusal, code: StaticString) -> Int {
        isCall ? 0 : ErrorAnswer.contentBytes(refusal.status, code: code, to: method)
    }

    func answer(_ refusal: Refusal, code: StaticString) {
        exchange = nil
        let text = bench.stores.buffers.small()
        defer { bench.stores.buffers.giveBack(text) }
        guard !isCall else {
            _ = text.append { (output: inout OutputSpan<UInt8>) in
                GRPC.writeAnswer(
                    refusal.status, hasExpired: refusal.outcome == .grpcTimeout, date: bench.journal.date.span,
                    into: &output)
            }
            text.withReadable { connection?.submitHead($0, status: 200, on: self, hasContent: false) }
            return
        }
        _ = text.append { (output: inout OutputSpan<UInt8>) in
            ErrorAnswer.write(
                refusal.status, code: code, to: method, closes: false, date: bench.journal.date.span,
                retryAfterSeconds: refusal.retryAfterSeconds, into: &output)
        }
        text.withReadable { bytes in
            let end = Self.endOfHead(bytes)
            for offset in end..<bytes.count { ownContent.append(bytes[offset]) }
            connection?.submitHead(
                Self.fields(in: bytes.extracting(0..<end)), status: refusal.status, on: self,
                hasContent: end < bytes.count)
        }
        if !ownContent.isEmpty { connection?.sender.list(self) }
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

    /// The field lines of a head that was written as HTTP/1.1 has it.
    @_lifetime(copy head)
    private static func fields(in head: Span<UInt8>) -> Span<UInt8> {
        let first = head.firstOffset(of: 0x0A, from: 0) ?? 0
        return head.extracting((first + 1)..<(head.count - 2))
    }

    private static func endOfHead(_ bytes: Span<UInt8>) -> Int {
        var offset = 0
        while let line = bytes.firstOffset(of: 0x0A, from: offset) {
            if line - offset == 1 { return line + 1 }
            offset = line + 1
        }
        return bytes.count
    }
}
