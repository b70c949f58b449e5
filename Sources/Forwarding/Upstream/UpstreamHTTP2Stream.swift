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

    /// How far the request has gone, and the answer has come.
    private var request = HTTP2RequestProgress()
    private var answer = HTTP2AnswerProgress()
    /// What nghttp2 knows of it.
    private var state = State.open
    var isListed = false
    /// Whether the connection tells when the member has nothing more to say for now.
    private var isHeard = false

    private enum State {
        case open
        /// ``write(_:_:)`` is on the stack.
        case writing
        /// It was closed in the middle of that, with a code that is told at the end of the turn.
        case closing(UInt32)
        case closed
    }

    init(of connection: UpstreamHTTP2Connection, for exchange: Exchange) {
        self.connection = connection
        self.exchange = exchange
        pool = connection.pool
        addressIndex = connection.addressIndex
        bench = connection.bench
        loop = connection.loop
    }

    var isConnected: Bool { connection?.isOpen ?? false }

    var isWriteBlocked: Bool { request.isBlocked }

    /// Whether the answer's own head has come.
    var isHeadComplete: Bool { answer.isHeadComplete }

    var takesWebSocket: Bool { connection?.takesWebSocket ?? false }

    var continues: Bool { true }

    /// Whether an exchange waits for what the member says.
    var isListening: Bool { exchange != nil }

    // MARK: - The request

    func write(_ buffer: Buffer, _ range: Range<Int>) -> Int {
        guard !request.isBlocked else { return 0 }
        if case .open = state { state = .writing }
        defer { if case .writing = state { state = .open } }
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
        let head = WrittenRequest(bytes)
        // Copied out and in: an access that spans the call would be checked for exclusivity at run time.
        var progress = request
        let hasContent = progress.begin(head, of: bytes)
        request = progress
        guard let number = connection?.submit(head, of: bytes, hasContent: hasContent, for: self) else {
            // Numbers have run out: the exchange is told when nobody is in the middle of it.
            request.isBlocked = true
            expectProgress(withinMillis: 0)
            request.isRefused = true
            return 0
        }
        self.number = number
        sentMillis = bench.clock.nowMillis
        return head.headBytes
    }

    private func sendContent(_ bytes: Span<UInt8>) -> Int {
        if request.isTunnel { return sendData(bytes, isLast: false) }
        var feed = request.content
        // What Martlet has framed itself is in order.
        guard let (consumed, outcome) = try? feed.feed(bytes, to: { sendFramed($0) }) else { return bytes.count }
        request.content = feed
        if case .ended(let trailers) = outcome, case .later = request.ending {
            request.ending = .end
            let section = bytes.extracting(trailers)
            if section.count > 2, connection?.sender.submit(trailers: section, on: number) == true {
                request.ending = .trailers
            }
            connection?.sender.resume(number)
        }
        return consumed
    }

    private func sendFramed(_ piece: Span<UInt8>) -> Int {
        let taken = sendData(piece, isLast: request.isLast(piece.count))
        request.send(taken, of: piece.count)
        return taken
    }

    private func sendData(_ piece: Span<UInt8>, isLast: Bool) -> Int {
        let taken = connection?.sender.send(piece, on: self, isLast: isLast) ?? piece.count
        if taken < piece.count { request.isBlocked = true }
        return taken
    }

    /// How the stream goes on that has no content in hand.
    func onContentWanted() -> HTTP2Session.NextContent {
        if request.isBlocked { connection?.sender.list(self) }
        return request.ending
    }

    func onWritable() {
        guard request.isBlocked else { return }
        request.isBlocked = false
        exchange?.onUpstreamWritable()
    }

    func endWriting() {
        request.ending = .end
        connection?.sender.resume(number)
    }

    // MARK: - The answer

    /// Ends the head that has come in.
    func finish(_ head: HTTP2AnswerText, endsStream: Bool) throws(HeadError) {
        if let key = request.key, (200..<300).contains(head.status) {
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
        answer.isBegun = true
        hear()
        let limit = bench.settings.answerHeadLimits.headBytesMax
        guard text.count <= limit else { throw HeadError(.headTooLarge, at: limit, limit: limit) }
        let verdict = try bench.stores.answerHead.lend { (head) throws(HeadError) in
            try head.parse(text, to: exchange.facts.method, limits: bench.settings.answerHeadLimits)
            return exchange.onHead(head, source: text)
        }
        switch verdict {
        case .refused: break
        case .discarded: exchange.goOnElsewhere()
        case .final(let framing, _):
            answer.begin(framing)
            if endsStream { end() }
        case .interim:
            if !answer.countInterim() { refuseAnswer("too many interim answers") }
        case .tunnel:
            answer.begin(nil)
            if endsStream { end() }
        }
    }

    /// Takes content, or keeps what the exchange does not take.
    func onContent(_ bytes: Span<UInt8>) {
        guard let exchange, let connection else { return consume(bytes.count) }
        hear()
        answer.receive(bytes.count)
        exchange.setUpstreamDeadline()
        let taken = answer.waiting == nil ? exchange.onContent(bytes) : 0
        consume(taken, of: connection)
        guard taken < bytes.count else { return }
        let buffer = answer.waiting ?? bench.stores.buffers.large()
        answer.waiting = buffer
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
                bench.stores.trailers.lend({ (try? $0.parse(trailers, trailers.indices)) != nil })
            else { return refuseAnswer("trailers-malformed") }
            exchange.onTrailers(trailers)
        }
        end()
    }

    private func end() {
        answer.hasEnded = true
        hear()
        if answer.waiting == nil { finish() }
    }

    func resume() {
        guard let exchange else { return }
        if let buffer = answer.waiting {
            let taken = buffer.withReadable { exchange.onContent($0) }
            buffer.consume(taken)
            consume(taken)
            guard buffer.isEmpty else { return }
            answer.waiting = nil
            bench.stores.buffers.giveBack(buffer)
            if let failure = answer.pendingFailure.take() { return fail(failure) }
            exchange.setUpstreamDeadline()
        }
        if answer.hasEnded { finish() } else { exchange.onUpstreamPause() }
    }

    /// The answer is whole and was handed on.
    ///
    /// - Parameter code: what the stream is reset with where the member has not ended it.
    private func finish(resetting code: HTTP2ErrorCode? = nil) {
        guard let exchange else { return }
        // Nobody listens to the rest of a request that was answered early (RFC 9113, section 8.1).
        let isRequestSent = exchange.isRequestSent
        leave(resetting: isRequestSent && !request.isTunnel ? code : .cancel)
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
        if answer.waiting == nil, !answer.hasEnded { exchange?.onUpstreamPause() }
    }

    // MARK: - Deadlines

    func expectProgress(withinMillis millis: Int) {
        guard exchange != nil, !request.isRefused, answer.pendingFailure == nil else { return }
        let timer = timer ?? loop.registerTimer(handler: self)
        self.timer = timer
        loop.setDeadline(timer, after: millis)
    }

    func expectNothing() {
        if let timer { loop.clearDeadline(timer) }
    }

    func becomeTunnel() {
        request.isTunnel = true
        expectProgress(withinMillis: bench.settings.timeouts.tunnel)
    }

    func onReady(_ readiness: Readiness) {}

    func onDeadline() {
        if request.isRefused { return fail(.unprocessed("the connection takes no further stream")) }
        if request.isTunnel { return exchange?.onTunnelIdle() ?? () }
        if !isHeadComplete { connection?.suspect(since: sentMillis) }
        fail(isHeadComplete ? .broken("no byte of the answer for too long") : .answerTimeout, resetting: .cancel)
    }

    // MARK: - The end

    /// The stream is over for nghttp2.
    func onClosed(_ code: UInt32) {
        if case .writing = state {
            request.isBlocked = true
            state = .closing(code)
            return bench.turnEnd.call(self)
        }
        state = .closed
        if code == HTTP2ErrorCode.refusedStream.rawValue {
            let isLeftOut = connection?.endsInOrder == true
            fail(
                isLeftOut
                    ? .goneAway("the member ends the connection before the request")
                    : .unprocessed("the member has refused the stream"))
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
        guard let exchange, !answer.hasEnded, answer.pendingFailure == nil else { return }
        if answer.waiting != nil {
            expectNothing()
            if answer.isWhole { answer.hasEnded = true } else { answer.pendingFailure = failure }
            if let code { connection?.sender.reset(number, code) }
            return
        }
        guard !answer.isWhole else { return finish(resetting: code) }
        let isAnswered = answer.isBegun
        leave(resetting: code)
        exchange.onUpstreamFailure(failure, isAnswered: isAnswered)
    }

    func close() {
        guard let exchange else { return }
        let isRequestSent = exchange.isRequestSent
        leave(resetting: answer.hasEnded && isRequestSent ? nil : .cancel)
    }

    /// Whether nghttp2 knows the stream still.
    private var isKnown: Bool {
        switch state {
        case .open, .writing: true
        case .closing, .closed: false
        }
    }

    /// Lets go of everything.
    private func leave(resetting code: HTTP2ErrorCode?) {
        exchange = nil
        if let timer { loop.deregister(timer) }
        timer = nil
        if let buffer = answer.waiting.take() {
            consume(buffer.count)
            bench.stores.buffers.giveBack(buffer)
        }
        guard let connection = connection.take() else { return }
        if let code, number > 0, isKnown { connection.sender.reset(number, code) }
        connection.takeBack(self)
    }
}

extension UpstreamHTTP2Stream: TurnEndHandler {
    func onTurnEnd() {
        if case .closing(let code) = state { onClosed(code) }
    }
}
