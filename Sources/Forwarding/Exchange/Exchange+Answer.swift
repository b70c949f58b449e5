import Balancing
import Bytes
import HTTP
import Reactor

/// The answer on its way to the client, through the filters: affinity cookie, content coding.
extension Exchange {
    /// Takes an answer's head from the member's connection.
    ///
    /// - Parameter head: parsed; its offsets point into `source`.
    func onHead(_ head: borrowing ResponseHead, source: Span<UInt8>) -> HeadVerdict {
        guard let client else { return .refused }
        if head.status == 101 { return onSwitch(head, source: source, client: client) }
        guard !head.isInterim else {
            // What would have to be rewritten in it waits for the answer's own head.
            let isHeld =
                farm?.written != nil && head.fields.contains(.setCookie) || heartbeat(in: head, source: source) != nil
            let isOwn = head.status == 100 && endContinuation()
            if !isHeld, !isOwn { client.sendInterim(head, source: source) }
            return .interim
        }
        if head.status >= 400, discardAnswer(head.status) { return .discarded }
        guard let plan = plan(head, source: source) else {
            refuse(.answerUnsealed)
            return .refused
        }
        if let refusal = client.sendHead(head, source: source, plan: plan) {
            refuse(refusal)
            return .refused
        }
        watchSession(head, source: source)
        commit(head.status)
        failOnStatus(head.status)
        setUpstreamDeadline()
        return .final(head.framing, mayBeKept: head.keepsAlive)
    }

    /// Puts the member in error for an answer of such a status, where that is declared.
    func failOnStatus(_ status: Int) {
        guard let farm else { return }
        guard farm.configuration.failOnStatus.contains(status) else {
            // What was under way before it failed says nothing of how it is now.
            if farm.configuration.failoverRate != nil, let member,
                !member.state.isInError(now: Int64(worker.loop.nowMillis))
            {
                member.state.endOutage()
            }
            return
        }
        putMemberInError("it has answered \(status)")
    }

    /// Notes that the member has answered.
    func countAnswer(_ status: Int) {
        member?.state.countAnswer(
            status, isTrial: record.choice?.reason == .recovered, now: Int64(worker.loop.nowMillis))
    }

    /// Tells the member's latency, where it is the member's alone: not the client's that sends content, nor another
    /// member's that was tried first.
    private func observeLatency() {
        guard let farm, farm.balancer.method.asksForLatency, record.attempts == 1, record.requestBytes == 0 else {
            return
        }
        member?.state.latency.observe(
            micros: Double(record.answered - record.began - record.waited) / 1_000, now: Int64(worker.loop.nowMillis))
    }

    private func commit(_ status: Int) {
        answer = .committed
        continuation = .none
        record.answer(status: status, now: worker.loop.now)
        observeLatency()
        countAnswer(status)
        forgetRequest()
    }

    private func plan(_ head: borrowing ResponseHead, source: Span<UInt8>) -> AnswerPlan? {
        guard let extra = writeAffinity(head, source: source) else { return nil }
        mapAnswer(head, source: source)
        hearHeartbeat(head, source: source)
        var plan = AnswerPlan(
            framing: Self.framing(of: head), coding: .none, extra: extra, splices: hasSplices ? splices : nil,
            isSwitching: false)
        if explains { plan.extra += decisionField() }
        if compresses { planCoding(head, source: source, plan: &plan) }
        if wishes.wantsDecision { plan.extra += Self.decisionField(record.coding) }
        return plan
    }

    /// How the client is told where the content ends, or how long the content would be that is not there.
    ///
    /// An answer to HEAD and a 304 keep the length of the content that they do not have; a 204 may have none (RFC 9110,
    /// section 8.6). A transfer coding belongs to the member's connection (RFC 9112, section 6.1), and there are
    /// clients that wait for chunks wherever it is named.
    private static func framing(of head: borrowing ResponseHead) -> Framing {
        guard head.framing == .none else { return head.framing == .untilClose ? .chunked : head.framing }
        if head.status != 204, case .length = head.declaredFraming { return head.declaredFraming }
        return .none
    }

    private func planCoding(_ head: borrowing ResponseHead, source: Span<UInt8>, plan: inout AnswerPlan) {
        let policy = worker.settings.compressionPolicy
        let decision = policy.decide(head, in: source, method: method, wishes: wishes)
        record.coding = decision
        plan.coding = decision.change
        switch decision {
        case .fieldsOnly:
            plan.framing = .none
        case .compress(let coding):
            guard let kind = policy.kind(of: coding) else { preconditionFailure("what was decided can be done") }
            plan.framing = .chunked
            encoder = worker.takeEncoder(kind)
            encoded = worker.buffers.small()
        default:
            break
        }
    }

    /// The field line that says what was decided about the coding, for those who ask.
    private static func decisionField(_ decision: CompressionDecision) -> [UInt8] {
        Array(capacity: 64) { (output: inout OutputSpan<UInt8>) in
            _ = output.append(copying: "X-Martlet-Coding: ")
            _ = output.append(copying: decision.code)
            _ = output.append(copying: "\r\n")
        }
    }

    /// The field line that says why it was this member, for those who may ask and do.
    private func decisionField() -> [UInt8] {
        Array("X-Martlet-Route: ".utf8) + decision.fieldValue + Array("\r\n".utf8)
    }

    private func onSwitch(
        _ head: borrowing ResponseHead, source: Span<UInt8>, client: any ClientStream
    ) -> HeadVerdict {
        guard wantsTunnel, head.switchesToWebSocket else {
            refuse(.switchUnasked)
            return .refused
        }
        guard let extra = writeAffinity(head, source: source) else {
            refuse(.answerUnsealed)
            return .refused
        }
        hearHeartbeat(head, source: source)
        let plan = AnswerPlan(
            framing: .none, coding: .none, extra: extra + (explains ? decisionField() : []),
            splices: hasSplices ? splices : nil, isSwitching: true)
        if let refusal = client.sendHead(head, source: source, plan: plan) {
            refuse(refusal)
            return .refused
        }
        beginTunnel()
        watchSession(head, source: source)
        commit(101)
        upstream?.becomeTunnel()
        // What the client has sent behind its request waits in its buffer: only now may it pass.
        client.resumeContent()
        return .tunnel
    }

    /// Takes answer content from the member's connection.
    ///
    /// - Returns: how many bytes were taken; when fewer than given, the connection is resumed later.
    func onContent(_ content: Span<UInt8>) -> Int {
        guard let client else { return content.count }
        let taken = encoder == nil ? client.sendContent(content) : encode(content)
        // The client's end may have been found meanwhile, and the exchange be over.
        guard self.client === client else { return taken }
        if isTunnel { followMember(content.extracting(0..<taken)) }
        record.receivedBytes += taken
        if encoder == nil { record.contentBytes += taken }
        return taken
    }

    /// Keeps the answer's trailers until its content has gone out.
    func onTrailers(_ section: Span<UInt8>) {
        guard section.count > 2, encoder == nil else { return }
        hasTrailers = true
        trailers.removeAll(keepingCapacity: true)
        for offset in section.indices { trailers.append(section[offset]) }
    }

    /// The member has sent all it has for now: nothing waits for more.
    func onUpstreamPause() {
        if hasUnflushed { flushEncoder() }
        client?.flush()
    }

    /// The answer is whole; the connection has gone back to its pool.
    func onAnswerEnd() {
        upstream = nil
        answer = .ended
        finishAnswer()
    }

    /// The client can take more.
    func onClientWritable() {
        if answer == .broken { return breakOff() }
        if encoder != nil, !drainEncoded() { return }
        if answer == .ended {
            finishAnswer()
        } else {
            upstream?.resume()
        }
    }

    private func finishAnswer() {
        guard let client else { return }
        if encoder != nil, !finishEncoder() { return }
        if hasTrailers {
            let trailers = trailers
            client.endContent(trailers: trailers.span)
        } else {
            client.endContent(trailers: Span())
        }
        finish()
        client.onExchangeEnd()
    }

    /// Sends what there is of an answer that has broken off, the encoder's part too, and ends it there.
    func breakOff() {
        if encoder != nil {
            guard drainEncoded() else { return }
            if hasUnflushed { flushEncoder() }
            guard !hasUnflushed else { return }
        }
        let client = client
        finish()
        client?.abort()
    }

    // MARK: - Content coding

    private func encode(_ content: Span<UInt8>) -> Int {
        guard let encoder, let encoded else { return content.count }
        var consumed = 0
        while consumed < content.count, drainEncoded() {
            consumed += encoded.append { (output: inout OutputSpan<UInt8>) in
                encoder.encode(content.extracting(consumed..<content.count), flush: .none, into: &output).consumed
            }
            hasUnflushed = true
        }
        return consumed
    }

    /// Sends what the encoder has put out.
    ///
    /// - Returns: whether the client took everything.
    private func drainEncoded() -> Bool {
        guard let encoded, let client else { return true }
        while !encoded.isEmpty {
            let taken = encoded.withReadable { client.sendContent($0) }
            encoded.consume(taken)
            record.contentBytes += taken
            if taken == 0 { return false }
        }
        return true
    }

    private func flushEncoder() {
        hasUnflushed = !runEncoder(.sync)
    }

    private func finishEncoder() -> Bool {
        runEncoder(.finish)
    }

    /// Flushes or ends the coded content.
    ///
    /// - Returns: whether everything went out.
    private func runEncoder(_ flush: EncoderFlush) -> Bool {
        guard let encoder, let encoded else { return true }
        while drainEncoded() {
            let isDone = encoded.append { (output: inout OutputSpan<UInt8>) in
                encoder.encode(Span(), flush: flush, into: &output).isDone
            }
            if isDone { return drainEncoded() }
        }
        return false
    }
}
