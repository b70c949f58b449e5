import Bytes
import HTTP
import Model
import Reactor

/// One request and its answer on a connection to a member over HTTP/2 (RFC 9113, section 8.1).
///
/// The request comes as HTTP/1.1 has it, and leaves as HEADERS and DATA; the answer comes as HEADERS and DATA, and is
/// handed on as HTTP/1.1 has it. Answer content that the exchange does not take waits in a slab, which the stream's
/// window bounds. Lent to one exchange; belongs to one worker's thread.
final class UpstreamHTTP2Stream: EventHandler, UpstreamStream, HTTP2Sending {
    let pool: UpstreamPool
    let addressIndex: Int
    private let bench: Bench
    private let loop: EventLoop
    /// `nil` once the exchange is over.
    private var connection: UpstreamHTTP2Connection?
    private var exchange: Exchange?
    /// 0 before the request's head was sent.
    private(set) var number: Int32 = 0
    private var timer: Registration?
    /// Milliseconds of the loop's clock at which the request's head was sent.
    private var sentMillis = 0

    // MARK: The request

    private var content = ContentFeed(.none, of: .request)
    /// Bytes of content that are still to be sent; `nil` while that is not known.
    private var contentLeft: UInt64?
    private var ending: HTTP2Session.NextContent = .later
    private(set) var isWriteBlocked = false
    var isListed = false
    /// The key that a WebSocket was asked for with.
    private var key: WebSocketKey?
    private var isTunnel = false
    /// Whether the connection took no further stream.
    private var isRefused = false

    // MARK: The answer

    private(set) var isHeadComplete = false
    private var isAnswered = false
    /// Whether ``write(_:_:)`` is on the stack, and what the stream was closed with meanwhile.
    private var isWriting = false
    private var closedCode: UInt32?
    private var interimAnswers = 0
    /// Content that the exchange had no room for.
    private var waiting: Buffer?
    /// Bytes of content that are still to come; `nil` while that is not known.
    private var answerLeft: UInt64?
    /// Whether the member has sent its whole answer.
    private var hasEnded = false
    /// How the stream has failed while content waits, which goes to the client first.
    private var pendingFailure: UpstreamFailure?
    /// Whether nghttp2 knows the stream no longer.
    private var isClosed = false
    private var isHeard = false

    init(of connection: UpstreamHTTP2Connection, for exchange: Exchange) {
        self.connection = connection
        self.exchange = exchange
        pool = connection.pool
        addressIndex = connection.addressIndex
        bench = connection.bench
        loop = connection.loop
    }

    var isConnected: Bool { connection?.isOpen ?? false }

    var takesWebSocket: Bool { connection?.takesWebSocket ?? false }

    /// Whether an exchange waits for what the member says.
    var isListening: Bool { exchange != nil }

    /// The connection is open.
    func onConnected() {
        exchange?.onUpstreamConnected()
    }

    // MARK: - The request

    func write(_ buffer: Buffer, _ range: Range<Int>) -> Int {
        guard !isWriteBlocked else { return 0 }
        isWriting = true
        defer { isWriting = false }
        return buffer.withReadable { send($0.extracting(range)) }
    }

    /// Sends the head, if it was not sent yet, and what follows it.
    ///
    /// - Returns: how many bytes were taken; when it is none, ``isWriteBlocked`` is set.
    private func send(_ bytes: Span<UInt8>) -> Int {
        guard number == 0 else { return sendContent(bytes) }
        let headBytes = sendHead(bytes)
        guard headBytes > 0, headBytes < bytes.count else { return headBytes }
        return headBytes + sendContent(bytes.extracting(headBytes..<bytes.count))
    }

    private func sendHead(_ bytes: Span<UInt8>) -> Int {
        let request = WrittenRequest(bytes)
        content = ContentFeed(request.framing, of: .request)
        if case .length(let count) = request.framing { contentLeft = count }
        if request.asksForWebSocket {
            key = WebSocketKey(text: request.webSocketKey.map { bytes[$0] })
        }
        let hasContent = key != nil || !content.isComplete
        guard let number = connection?.submit(request, of: bytes, hasContent: hasContent, for: self) else {
            // Numbers have run out: the exchange is told when nobody is in the middle of it.
            isWriteBlocked = true
            expectProgress(withinMillis: 0)
            isRefused = true
            return 0
        }
        self.number = number
        sentMillis = bench.clock.nowMillis
        if !hasContent { ending = .end }
        return request.headBytes
    }

    private func sendContent(_ bytes: Span<UInt8>) -> Int {
        if isTunnel { return sendData(bytes, isLast: false) }
        var feed = content
        // What Martlet has framed itself is in order.
        guard let (consumed, outcome) = try? feed.feed(bytes, to: { sendFramed($0) }) else { return bytes.count }
        content = feed
        if case .ended(let trailers) = outcome, case .later = ending {
            ending = .end
            let section = bytes.extracting(trailers)
            if section.count > 2, connection?.sender.submit(trailers: section, on: number) == true {
                ending = .trailers
            }
            connection?.sender.resume(number)
        }
        return consumed
    }

    private func sendFramed(_ piece: Span<UInt8>) -> Int {
        let isLast = contentLeft.map { UInt64(piece.count) >= $0 } ?? false
        let taken = sendData(piece, isLast: isLast)
        if let left = contentLeft { contentLeft = left - min(left, UInt64(taken)) }
        if isLast, taken == piece.count { ending = .end }
        return taken
    }

    private func sendData(_ piece: Span<UInt8>, isLast: Bool) -> Int {
        let taken = connection?.sender.send(piece, on: self, isLast: isLast) ?? piece.count
        if taken < piece.count { isWriteBlocked = true }
        return taken
    }

    /// How the stream goes on that has no content in hand.
    func onContentWanted() -> HTTP2Session.NextContent {
        if isWriteBlocked { connection?.sender.list(self) }
        return ending
    }

    func onWritable() {
        guard isWriteBlocked else { return }
        isWriteBlocked = false
        exchange?.onUpstreamWritable()
    }

    func endWriting() {
        ending = .end
        connection?.sender.resume(number)
    }

    // MARK: - The answer

    /// Ends the head that has come in.
    func finish(_ head: inout HTTP2AnswerText, endsStream: Bool) throws(HeadError) {
        if let key, (200..<300).contains(head.status) {
            let accepted = key.accepted
            return try head.finishSwitch(accepted: accepted.span)
        }
        let isBodiless =
            head.status < 200 || head.status == 204 || head.status == 304 || exchange?.facts.method == .head
        try head.finish(isBodiless ? .nothing : endsStream ? .end : .content)
    }

    /// Takes an answer's head, laid down as text.
    func onHead(_ text: Span<UInt8>, endsStream: Bool) throws(HeadError) {
        guard let exchange else { return }
        isAnswered = true
        hear()
        let limit = bench.settings.answerHeadLimits.headBytesMax
        guard text.count <= limit else { throw HeadError(.headTooLarge, at: limit, limit: limit) }
        let verdict = try bench.stores.withAnswerHead { (head) throws(HeadError) in
            try head.parse(text, to: exchange.facts.method, limits: bench.settings.answerHeadLimits)
            return exchange.onHead(head, source: text)
        }
        switch verdict {
        case .refused: break
        case .discarded: exchange.goOnElsewhere()
        case .final(let framing, _):
            isHeadComplete = true
            switch framing {
            case .length(let count): answerLeft = count
            case .none: answerLeft = 0
            case .chunked, .untilClose: break
            }
            if endsStream { end() }
        case .interim:
            interimAnswers += 1
            if interimAnswers > UpstreamLimits.interimAnswersMax { refuseAnswer("too many interim answers") }
        case .tunnel:
            isHeadComplete = true
            if endsStream { end() }
        }
    }

    /// Takes content, or keeps what the exchange does not take.
    func onContent(_ bytes: Span<UInt8>) {
        guard let exchange, let connection else { return consume(bytes.count) }
        hear()
        if let left = answerLeft { answerLeft = left - min(left, UInt64(bytes.count)) }
        exchange.setUpstreamDeadline()
        let taken = waiting == nil ? exchange.onContent(bytes) : 0
        consume(taken, of: connection)
        guard taken < bytes.count else { return }
        let buffer = waiting ?? bench.stores.buffers.large()
        waiting = buffer
        buffer.compact()
        let kept = buffer.append(bytes.extracting(taken..<bytes.count))
        precondition(kept == bytes.count - taken, "nghttp2 keeps members to their windows")
        expectNothing()
    }

    private func consume(_ count: Int, of connection: UpstreamHTTP2Connection? = nil) {
        (connection ?? self.connection)?.sender.consume(count, of: number)
    }

    /// The member has sent its whole answer.
    func onEnd(trailers: Span<UInt8>) {
        guard let exchange else { return }
        if trailers.count > 2 {
            guard trailers.count <= HTTP.Limits.trailerBytesMax,
                (try? bench.stores.trailers.parse(trailers, trailers.indices)) != nil
            else { return refuseAnswer("trailers-malformed") }
            exchange.onTrailers(trailers)
        }
        end()
    }

    private func end() {
        hasEnded = true
        hear()
        if waiting == nil { finish() }
    }

    func resume() {
        guard let exchange else { return }
        if let buffer = waiting {
            let taken = buffer.withReadable { exchange.onContent($0) }
            buffer.consume(taken)
            consume(taken)
            guard buffer.isEmpty else { return }
            waiting = nil
            bench.stores.buffers.giveBack(buffer)
            if let failure = pendingFailure {
                pendingFailure = nil
                return fail(failure)
            }
            exchange.setUpstreamDeadline()
        }
        if hasEnded { finish() } else { exchange.onUpstreamPause() }
    }

    /// The answer is whole and was handed on.
    ///
    /// - Parameter code: what the stream is reset with where the member has not ended it.
    private func finish(resetting code: HTTP2ErrorCode? = nil) {
        guard let exchange else { return }
        // Nobody listens to the rest of a request that was answered early (RFC 9113, section 8.1).
        let isRequestSent = exchange.isRequestSent
        leave(resetting: isRequestSent && !isTunnel ? code : .cancel)
        exchange.onAnswerEnd()
    }

    private func hear() {
        guard !isHeard else { return }
        isHeard = true
        connection?.hear(self)
    }

    /// The member has nothing more to say for now.
    func onPause() {
        isHeard = false
        if waiting == nil, !hasEnded { exchange?.onUpstreamPause() }
    }

    // MARK: - Deadlines

    func expectProgress(withinMillis millis: Int) {
        guard exchange != nil, !isRefused, pendingFailure == nil else { return }
        let timer = timer ?? loop.registerTimer(handler: self)
        self.timer = timer
        loop.setDeadline(timer, after: millis)
    }

    func expectNothing() {
        if let timer { loop.clearDeadline(timer) }
    }

    func becomeTunnel() {
        isTunnel = true
        expectProgress(withinMillis: bench.settings.timeouts.tunnel)
    }

    func onReady(_ readiness: Readiness) {}

    func onDeadline() {
        if isRefused { return fail(.unprocessed("the connection takes no further stream")) }
        if isTunnel { return exchange?.onTunnelIdle() ?? () }
        if !isHeadComplete { connection?.suspect(since: sentMillis) }
        fail(isHeadComplete ? .broken("no byte of the answer for too long") : .answerTimeout, resetting: .cancel)
    }

    // MARK: - The end

    /// The stream is over for nghttp2.
    func onClosed(_ code: UInt32) {
        isClosed = true
        guard !isWriting else {
            isWriteBlocked = true
            closedCode = code
            return bench.turnEnd.call(self)
        }
        if code == HTTP2ErrorCode.refusedStream.rawValue {
            fail(.unprocessed("the member has refused the stream"))
        } else {
            fail(.broken("the member has reset the stream, code \(code)"))
        }
    }

    /// The answer cannot be understood.
    func refuseAnswer(_ words: String) {
        fail(.broken(words), resetting: .protocolError)
    }

    /// Tells the exchange that the stream is over, when it has got what came before; not when the whole answer is
    /// there, whatever became of the stream behind it.
    func fail(_ failure: UpstreamFailure, resetting code: HTTP2ErrorCode? = nil) {
        guard let exchange, !hasEnded, pendingFailure == nil else { return }
        if waiting != nil {
            expectNothing()
            if answerLeft == 0 { hasEnded = true } else { pendingFailure = failure }
            if let code { connection?.sender.reset(number, code) }
            return
        }
        guard answerLeft != 0 else { return finish(resetting: code) }
        let isAnswered = isAnswered
        leave(resetting: code)
        exchange.onUpstreamFailure(failure, isAnswered: isAnswered)
    }

    func close() {
        guard let exchange else { return }
        let isRequestSent = exchange.isRequestSent
        leave(resetting: hasEnded && isRequestSent ? nil : .cancel)
    }

    /// Lets go of everything.
    private func leave(resetting code: HTTP2ErrorCode?) {
        exchange = nil
        if let timer { loop.deregister(timer) }
        timer = nil
        if let buffer = waiting.take() {
            consume(buffer.count)
            bench.stores.buffers.giveBack(buffer)
        }
        guard let connection = connection.take() else { return }
        if let code, number > 0, !isClosed { connection.sender.reset(number, code) }
        connection.takeBack(self)
    }
}

extension UpstreamHTTP2Stream: TurnEndHandler {
    func onTurnEnd() {
        if let code = closedCode.take() { onClosed(code) }
    }
}
