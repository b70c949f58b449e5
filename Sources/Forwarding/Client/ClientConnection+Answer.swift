import Bytes
import HTTP
import Model
import Reactor
import TLS

/// The answers: heads and content into the output buffer, and from there to the client.
extension ClientConnection: ClientStream {
    /// Bytes of content from which it is sent from where it lies instead of being gathered.
    private static let directBytesMin = 4096

    func sendInterim(_ head: borrowing ResponseHead, source: Span<UInt8>) {
        if !content.isComplete, !isWriteBlocked { setDeadline(bench.settings.timeouts.body) }
        guard !isHTTP10 else { return }
        let output = takeOutput()
        let before = output.count
        let isWritten = output.append { (bytes: inout OutputSpan<UInt8>) in
            head.write(to: &bytes, from: source, rewrite: ResponseRewrite(framing: .none))
        }
        // A client that does not read gets none, rather than a part of one.
        if !isWritten { output.removeLast(output.count - before) }
        flush()
    }

    func sendHead(_ head: borrowing ResponseHead, source: Span<UInt8>, plan: borrowing AnswerPlan) -> Refusal? {
        if !content.isComplete, head.status >= 400 { closesAfterAnswer = true }
        answerFraming = plan.framing
        isAnswerBodiless = head.framing == .none
        if plan.framing == .chunked, isHTTP10 {
            answerFraming = .untilClose
            closesAfterAnswer = true
        }
        if plan.isSwitching { closesAfterAnswer = true }
        if !writeHead(head, source: source, plan: plan) {
            growOutput()
            guard writeHead(head, source: source, plan: plan) else { return Refusal(.answerHeadTooLarge) }
        }
        if plan.isSwitching, phase != .closed {
            phase = .tunnelling
            // Its client may send until it says that it ends.
            content = ContentFeed(.untilClose, of: .request)
            clearDeadline()
        }
        return nil
    }

    private func writeHead(
        _ head: borrowing ResponseHead, source: Span<UInt8>, plan: borrowing AnswerPlan
    ) -> Bool {
        let output = takeOutput()
        let before = output.count
        let isWritten = output.append { (bytes: inout OutputSpan<UInt8>) in
            var rewrite = ResponseRewrite(framing: answerFraming)
            rewrite.connection = closesAfterAnswer ? .close : isHTTP10 ? .keepAlive : .unsaid
            rewrite.switchesToWebSocket = plan.isSwitching
            rewrite.coding = plan.coding
            rewrite.splices = plan.splices
            return head.write(
                to: &bytes, from: source, rewrite: rewrite, date: bench.journal.date.span, extra: plan.extra.span)
        }
        guard isWritten, answerFraming != .chunked || output.room >= ChunkedWriter.overheadBytes else {
            output.removeLast(output.count - before)
            return false
        }
        headOffset = before
        return true
    }

    func withdrawHead() -> Bool {
        guard headOffset >= 0, let output else { return false }
        output.removeLast(output.count - headOffset)
        headOffset = -1
        answerFraming = .none
        isAnswerBodiless = false
        return true
    }

    func sendContent(_ content: Span<UInt8>) -> Int {
        var taken = 0
        while taken < content.count, !isWriteBlocked, phase != .closed {
            let rest = content.extracting(taken..<content.count)
            if answerFraming != .chunked, output == nil, rest.count >= Self.directBytesMin {
                taken += sendDirectly(rest)
                continue
            }
            let output = takeOutput()
            let count = answerFraming == .chunked ? appendChunk(rest, to: output) : output.append(rest)
            taken += count
            if count < rest.count { flush() }
        }
        return taken
    }

    private func appendChunk(_ content: Span<UInt8>, to output: Buffer) -> Int {
        var chunks = chunks
        let count = chunks.append(content, to: output)
        self.chunks = chunks
        return count
    }

    private func sendDirectly(_ content: Span<UInt8>) -> Int {
        switch transport.write(content) {
        case .moved(let count):
            return count
        case .wouldBlock:
            block()
        case .ended, .failed:
            onWriteFailure()
        }
        return 0
    }

    func endContent(trailers: Span<UInt8>) {
        guard answerFraming == .chunked, !isAnswerBodiless else { return }
        var chunks = chunks
        chunks.finish(takeOutput(), trailers: trailers, parsedIn: &bench.stores.trailers)
        self.chunks = chunks
    }

    func flush() {
        guard !isWriteBlocked, phase != .closed else { return }
        if let output {
            headOffset = -1
            if chunks.isOpen { closeChunk(output) }
            while !output.isEmpty {
                switch output.withReadable({ transport.write($0) }) {
                case .moved(let count): output.consume(count)
                case .wouldBlock: return block()
                case .ended, .failed: return onWriteFailure()
                }
            }
            self.output = nil
            bench.stores.buffers.giveBack(output)
        }
        if isClosing { finishClosing() }
    }

    private func closeChunk(_ output: Buffer) {
        var chunks = chunks
        chunks.close(output)
        self.chunks = chunks
    }

    func resumeContent() {
        bench.turnEnd.call(self)
    }

    func onTurnEnd() {
        guard phase != .closed else { return letGo() }
        if phase == .exchanging, !content.isComplete, !isWriteBlocked { setDeadline(bench.settings.timeouts.body) }
        serve()
    }

    func contentBytes(of refusal: Refusal, code: StaticString) -> Int {
        ErrorAnswer.contentBytes(refusal.status, code: code, to: method)
    }

    func answer(_ refusal: Refusal, code: StaticString) {
        exchange = nil
        let isUnfinished = !content.isComplete || phase != .exchanging
        if isUnfinished { closesAfterAnswer = true }
        let output = takeOutput()
        let isWritten = output.append { (bytes: inout OutputSpan<UInt8>) in
            ErrorAnswer.write(
                refusal.status, code: code, to: method, closes: closesAfterAnswer, date: bench.journal.date.span,
                retryAfterSeconds: refusal.retryAfterSeconds, into: &bytes)
        }
        if !isWritten { closesAfterAnswer = true }
        endAnswer()
    }

    func abort() {
        exchange = nil
        isBrokenOff = true
        beginClosing()
    }

    func onExchangeEnd() {
        exchange = nil
        endAnswer()
    }

    /// Sends what is left of the answer and turns to the next request, or to the end.
    private func endAnswer() {
        flush()
        guard phase != .closed else { return }
        guard !closesAfterAnswer, content.isComplete, phase == .exchanging else { return beginClosing() }
        phase = .waiting
        if clients.isDraining { return beginClosing() }
        if !isWriteBlocked { awaitRequest() }
        if !isServing { serve() }
    }

    /// Answers a request that cannot be understood, or not in time, and closes.
    func refuse(_ refusal: Refusal) {
        closesAfterAnswer = true
        if let exchange {
            exchange.refuse(refusal)
        } else {
            // The head was not understood; that the request before it was a HEAD takes nothing from the answer.
            method = .get
            bench.journal.logRefusal(refusal, of: peer)
            answer(refusal, code: refusal.code(mayExplain: peer.mayExplain))
        }
    }

    /// Tells a client that speaks HTTP without TLS what this port wants, in the only way that it understands.
    ///
    /// - Parameters:
    ///   - request: what is known of the request.
    ///   - words: what the client has done, for the log.
    func refusePlainRequest(_ request: [UInt8], _ words: String) {
        bench.journal.report(.information, "client \(peer.address): \(words); answered 400")
        let bytes = request.span
        let head = parsePlainHead(bytes)
        let isHead = head == nil ? request.starts(with: "HEAD ".utf8) : bench.stores.requestHead.method == .head
        let authority = bytes.extracting(head ?? 0..<0)
        let method: HTTP.Method = isHead ? .head : .get
        if bench.journal.isOn {
            bench.journal.logRefusal(
                Refusal(.plainHTTP), of: peer,
                contentBytes: PlainHTTPAnswer.contentBytes(authority: authority, to: method))
        }
        let output = takeOutput()
        _ = output.append { (target: inout OutputSpan<UInt8>) in
            PlainHTTPAnswer.write(authority: authority, to: method, date: bench.journal.date.span, into: &target)
        }
        // Nothing was sent before, so the socket has room for all of it.
        _ = output.withReadable { transport.socket.send($0) }
        output.removeAll()
        canRead = true
        beginClosing()
    }

    /// - Returns: where the authority stands in a whole and valid head.
    private func parsePlainHead(_ bytes: Span<UInt8>) -> Range<Int>? {
        do throws(HeadError) {
            let limits = bench.settings.requestHeadLimits
            var scanner = HeadScanner()
            guard let count = try scanner.scan(bytes, limits: limits) else { return nil }
            try bench.stores.requestHead.parse(bytes.extracting(0..<count), limits: limits)
            return bench.stores.requestHead.authorityRange
        } catch {
            return nil
        }
    }

    // MARK: - Waiting for the client to read

    /// The client can take more: what is left goes out, then the exchange may go on.
    func resumeWriting() {
        flush()
        guard !isWriteBlocked else { return }
        switch phase {
        case .exchanging, .tunnelling:
            if content.isComplete || phase == .tunnelling { clearDeadline() }
            exchange?.onClientWritable()
        case .waiting, .heading:
            guard !clients.isDraining else { return closeInOrder() }
            awaitRequest()
            serve()
        case .handshaking, .lingering, .closed:
            break
        }
    }

    /// Looks after a client in cleartext that has ended its direction: it may be gone, or wait for its answer. Others
    /// have all the time that the member has.
    func attend() {
        guard !isWriteBlocked else { return }
        guard hasPeerEnded, !transport.isSecure, !isHTTP10, exchange?.awaitsAnswer == true else {
            return clearDeadline()
        }
        attentionMillis = ClientLimits.attentionMillis
        setDeadline(attentionMillis)
    }

    /// Sends 100 Continue to a client that has ended its direction and waits: whoever is there discards it (RFC 9110,
    /// section 15.2.1), and the kernel of one that is gone answers with a reset.
    func askWhetherThere() {
        guard hasPeerEnded, exchange?.awaitsAnswer == true else { return }
        takeOutput().append { (bytes: inout OutputSpan<UInt8>) in
            _ = bytes.append(copying: "HTTP/1.1 100 Continue\r\n\r\n")
        }
        flush()
        guard phase == .exchanging, !isWriteBlocked else { return }
        attentionMillis = min(2 * attentionMillis, ClientLimits.attentionMillisMax)
        setDeadline(attentionMillis)
    }

    private func block() {
        isWriteBlocked = true
        setDeadline(bench.settings.timeouts.body)
    }

    private func onWriteFailure() {
        close(.clientGone)
    }

    // MARK: - The end

    /// Closes after everything was sent; what the client still sends is read and dropped, or the kernel would reset the
    /// connection and the client might lose the answer (RFC 9112, section 9.6).
    func beginClosing() {
        guard !isClosing, phase != .closed else { return }
        isClosing = true
        phase = .lingering
        // Who still reads the answer has the time for that.
        if !isWriteBlocked { setDeadline(ClientLimits.lingerMillis) }
        flush()
    }

    /// Comes to an end: a connection that stays idle is closed, the others after their next answer.
    func drain() {
        switch phase {
        case .waiting where output == nil:
            // A busy client's next request may be on its way: it is answered, and told of the end.
            setDeadline(ClientLimits.drainQuietMillis)
        case .handshaking, .heading, .waiting, .exchanging, .tunnelling, .lingering:
            closesAfterAnswer = true
        case .closed: break
        }
    }

    func closeIfIdle() -> Bool {
        guard phase == .waiting, output == nil, !isServing, let registration else { return false }
        guard !canRead, input == nil, transport.socket.isQuiet() else {
            // A request may have come, or the end; if it is neither, there is a next time.
            loop.rest(registration)
            return false
        }
        _ = transport.tls?.sendCloseNotify()
        // At once: somebody waits for its descriptor.
        shut(.clientGone)
        letGo()
        return true
    }

    func cut(_ tally: inout DrainTally) {
        if phase == .tunnelling, let exchange {
            let name = exchange.memberName
            tally.countTunnel(name, isTold: exchange.endTunnel(.drainTimeout))
            // Who does not take the last words at once had the drain time for it.
            if isWriteBlocked { close(.drained) }
            return
        }
        if exchange != nil || output != nil { tally.countExchange() }
        if exchange != nil { isBrokenOff = true }
        exchange.take()?.cancel(.drainTimeout)
        close(.drained)
    }

    /// Closes an idle connection.
    func closeInOrder() {
        if isWriteBlocked { return close(.writeTimeout) }
        _ = transport.tls?.sendCloseNotify()
        close(.clientGone)
    }

    private func finishClosing() {
        if isBrokenOff, answerFraming == .untilClose { return showBreak() }
        _ = transport.tls?.sendCloseNotify()
        let hasUnread = canRead || !content.isComplete || !(input?.isEmpty ?? true)
        guard hasUnread, !hasPeerEnded else { return close(.clientGone) }
        isClosing = false
        transport.socket.endWriting()
        setDeadline(ClientLimits.lingerMillis)
        if !isServing { serve() }
    }

    /// Ends an answer that has broken off and of which the end of the connection would tell that it is whole: over TLS
    /// by leaving out close_notify (RFC 9112, section 9.8), in cleartext by a reset, which waits until the client has
    /// what was sent before.
    private func showBreak() {
        isClosing = false
        if transport.isSecure {
            transport.socket.endWriting()
        } else {
            transport.socket.resetOnClose()
            setDeadline(ClientLimits.resetDelayMillis)
        }
        if !isServing, !hasPeerEnded { serve() }
    }

    /// Ends the connection: its exchange is given up, and everything let go of, at the end of the turn.
    func close(_ reason: CloseReason) {
        guard phase != .closed else { return }
        shut(reason)
        bench.turnEnd.call(self)
    }

    /// Takes and sends no more.
    private func shut(_ reason: CloseReason) {
        phase = .closed
        isWriteBlocked = true
        // Nobody is given a request whose client is gone.
        if let exchange { bench.members.requestQueue.leave(exchange) }
        let isCut = isBrokenOff || exchange != nil || !(output?.isEmpty ?? true)
        if isCut, answerFraming == .untilClose, !transport.isSecure { transport.socket.resetOnClose() }
        if let words = reason.words { bench.journal.report(.information, "client \(peer.address): \(words)") }
    }

    /// Gives up the exchange that is under way, and lets go of the socket and of everything that is lent.
    private func letGo() {
        guard let registration = registration.take() else { return }
        exchange.take()?.cancel(.clientGone)
        leaveHandshakes()
        loop.deregister(registration)
        if let input = input.take() { bench.stores.buffers.giveBack(input) }
        if let output = output.take() { bench.stores.buffers.giveBack(output) }
        clients.onClosed(self)
    }

    // MARK: - The output buffer

    private func takeOutput() -> Buffer {
        if let output { return output }
        let buffer = bench.stores.buffers.small()
        output = buffer
        return buffer
    }

    private func growOutput() {
        let old = takeOutput()
        guard old.capacity < BufferPool.largeBytes else { return }
        let larger = bench.stores.buffers.large()
        larger.append(contentsOf: old)
        bench.stores.buffers.giveBack(old)
        output = larger
    }
}
