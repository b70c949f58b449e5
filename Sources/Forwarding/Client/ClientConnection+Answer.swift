import Bytes
import HTTP
import Model
import Reactor
import TLS

/// The answers: what the exchange has to say, and what Martlet says itself.
extension ClientConnection: ClientStream {
    func sendInterim(_ head: borrowing ResponseHead, source: Span<UInt8>, omitting names: FieldNames?) {
        if !request.isComplete, !response.isBlocked { setDeadline(bodyMillis) }
        guard !response.isHTTP10 else { return }
        response.appendInterim(head, source: source, omitting: names)
        flush()
    }

    func sendHead(_ head: borrowing ResponseHead, source: Span<UInt8>, plan: borrowing AnswerPlan) -> Refusal? {
        // What a member has not asked for is not read to its end; what no file wants is, where that is near.
        if !request.isComplete, exchange?.balancer == nil ? !mayDropRest : head.status >= 400 { response.isLast = true }
        guard response.append(head, source: source, plan: plan, date: bench.date.span) else {
            return Refusal(.answerHeadTooLarge)
        }
        if plan.isSwitching, phase != .closed {
            phase = .tunnelling
            // Its client may send until it says that it ends.
            request.begin(.untilClose, headBytes: request.size)
            clearDeadline()
        }
        return nil
    }

    func completePeer() { peer.complete(from: transport, in: clients) }

    func notePeer() {
        if let tls = transport.tls { peer.note(tls, for: bench.journal.needs, in: clients) }
    }

    func withdrawHead() -> Bool { response.withdrawHead() }

    func sendContent(_ content: Span<UInt8>) -> Int {
        guard !response.isBlocked, phase != .closed else { return 0 }
        let (taken, progress) = response.send(content, to: transport)
        follow(progress)
        return taken
    }

    func sendFile(_ file: OpenFile, _ range: Range<Int>) -> FileSending {
        guard !response.isBlocked, phase != .closed else { return .sent(0) }
        let (sending, progress) = response.send(file, range, to: transport)
        follow(progress)
        return sending
    }

    func endContent(trailers: Span<UInt8>, omitting names: FieldNames?) {
        response.end(trailers: trailers, omitting: names, in: bench.stores)
    }

    func flush() {
        guard !response.isBlocked, phase != .closed else { return }
        let progress = response.flush(to: transport)
        if case .sent = progress, phase == .closing { return finishClosing() }
        follow(progress)
    }

    private func follow(_ progress: HTTP1Answer.Progress) {
        switch progress {
        case .sent: break
        case .blocked:
            setDeadline(bodyMillis)
            response.pace.begin(at: response.movedBytes, now: bench.clock.nowMillis)
        case .failed: close(.clientGone)
        }
    }

    func resumeContent() {
        bench.turnEnd.call(self)
    }

    func onTurnEnd() {
        guard phase != .closed else { return letGo() }
        if phase == .exchanging, !request.isComplete, !response.isBlocked {
            setDeadline(bodyMillis)
        }
        serve()
    }

    func contentBytes(of own: OwnAnswer, code: StaticString) -> Int {
        own.contentBytes(code: code, to: response.method)
    }

    func sizes(contents: MessageSizes, own: (answer: OwnAnswer, code: StaticString)?) -> MessageSizes {
        var sizes = MessageSizes(request: request.size, answer: response.size(isGone: phase == .closed))
        if let own { sizes.answer += size(of: own.answer, code: own.code, to: response.method) }
        return sizes
    }

    /// Bytes that an answer of Martlet's own will have.
    private func size(of own: OwnAnswer, code: StaticString, to method: HTTP.Method) -> Int {
        let closes = response.isLast || closesBehindOwn
        return own.size(code: code, to: method, closes: closes, date: bench.date.span, bench.stores.buffers)
    }

    func answer(_ own: OwnAnswer, code: StaticString) {
        answer(own, code: code, to: response.method)
    }

    private func answer(_ own: OwnAnswer, code: StaticString, to method: HTTP.Method) {
        exchange = nil
        if closesBehindOwn { response.isLast = true }
        response.append(own, code: code, to: method, date: bench.date.span)
        endAnswer()
    }

    /// Whether there is no next request behind an answer of Martlet's own.
    private var closesBehindOwn: Bool { phase != .exchanging || !request.isComplete && !mayDropRest }

    func abort() {
        exchange = nil
        response.isBrokenOff = true
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
        guard !response.isLast, phase == .exchanging else { return beginClosing() }
        guard request.isComplete else { return mayDropRest ? dropRest() : beginClosing() }
        awaitNext()
        if !isServing { serve() }
    }

    /// The request is done with: the next one may come.
    private func awaitNext() {
        phase = .waiting
        if clients.isDraining {
            guard !response.isBlocked else { return beginClosing() }
            setDeadline(ClientLimits.drainQuietMillis)
        } else if !response.isBlocked {
            awaitRequest()
        }
    }

    // MARK: - Content that nobody wants

    /// Whether the connection may go on behind an answer that has not waited for the request's end.
    private var mayDropRest: Bool { request.mayBeDropped(bytesMax: ClientLimits.droppedBytesMax) }

    /// Reads what is left of a request that was answered, and drops it, so that the connection may go on (RFC 9112,
    /// section 9.3). All of it has the time that content has between two bytes.
    private func dropRest() {
        phase = .dropping
        // Who still reads the answer has the time for that.
        if !response.isBlocked { setDeadline(bodyMillis) }
        if !isServing { serve() }
    }

    /// Drops content; what is more than is worth it, or no chunks, is the end of the connection.
    func drop(_ buffer: Buffer) {
        do throws(ContentError) {
            switch try request.drop(buffer, in: bench.stores) {
            case .ended:
                awaitNext()
            case .more, .blocked:
                if request.droppedBytes > ClientLimits.droppedBytesMax { return beginClosing() }
                if buffer.room == 0 { buffer.compact() }
            }
        } catch {
            beginClosing()
        }
    }

    /// Answers a request that cannot be understood, or not in time, and closes.
    func refuse(_ refusal: Refusal) {
        response.isLast = true
        if let exchange {
            exchange.refuse(refusal)
        } else {
            let ruled = bench.edge.rule(refusal, to: peer)
            let code = refusal.code(mayExplain: peer.mayExplain)
            var sizes = MessageSizes()
            if bench.journal.needs.contains(.sizes) {
                sizes.request = intake.buffer?.count ?? 0
                sizes.answer = size(of: ruled, code: code, to: .get)
            }
            bench.journal.logRefusal(ruled, of: peer, sizes: sizes)
            // The head was not understood; that the request before it was a HEAD takes nothing from the answer.
            answer(ruled, code: code, to: .get)
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
        let isHead = head.map { $0.method == .head } ?? request.starts(with: "HEAD ".utf8)
        let authority = bytes.extracting(head?.authority ?? 0..<0)
        let method: HTTP.Method = isHead ? .head : .get
        let buffers = bench.stores.buffers
        let output = buffers.small()
        _ = output.append { (target: inout OutputSpan<UInt8>) in
            PlainHTTPAnswer.write(authority: authority, to: method, date: bench.date.span, into: &target)
        }
        let own = OwnAnswer(Refusal(.plainHTTP))
        let contentBytes = PlainHTTPAnswer.contentBytes(authority: authority, to: method)
        if bench.journal.isOn {
            let sizes = MessageSizes(request: request.count, answer: output.count)
            bench.journal.logRefusal(own, of: peer, contentBytes: contentBytes, sizes: sizes)
        } else {
            bench.journal.countRefusal(own, contentBytes: contentBytes)
        }
        // Nothing was sent before, so the socket has room for all of it.
        _ = output.withReadable { transport.socket.send($0) }
        buffers.giveBack(output)
        intake.mayHaveMore = true
        beginClosing()
    }

    /// - Returns: the method and where the authority stands, of a whole and valid head.
    private func parsePlainHead(_ bytes: Span<UInt8>) -> (method: HTTP.Method, authority: Range<Int>)? {
        bench.stores.requestHead.lend { head in
            guard head.parseWhole(bytes, limits: bench.settings.requestHeadLimits) != nil else { return nil }
            return (head.method, head.authorityRange)
        }
    }
}
