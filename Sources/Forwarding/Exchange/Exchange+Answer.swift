import Balancing
import Bytes
import HTTP
import Model
import Reactor

/// The answer on its way to the client, through the filters: affinity cookie, content coding.
extension Exchange {
    /// Takes an answer's head from the member's connection.
    ///
    /// - Parameter head: parsed; its offsets point into `source`.
    package func onHead(_ head: borrowing ResponseHead, source: Span<UInt8>) -> HeadVerdict {
        guard let client else { return .refused }
        if let refusal = course.verdict {
            refuse(refusal)
            return .refused
        }
        bench.beginEdits()
        if head.status == 101 { return onSwitch(head, source: source, client: client) }
        guard !head.isInterim else {
            // What would have to be rewritten in it waits for the answer's own head.
            let isHeld =
                (balancer?.written != nil || ruling.traits.contains(.cookies)) && head.fields.contains(.setCookie)
                || heartbeat(in: head, source: source) != nil
            let isOwn = head.status == 100 && endContinuation()
            if !isHeld, !isOwn {
                client.sendInterim(head, source: source, omitting: ruling.omittedFields)
            }
            return .interim
        }
        step = .answered
        let isRefusal = head.status == 503 && saysUnbegun(head, source: source)
        if head.status >= 400, discardAnswer(head.status, isRefusal: isRefusal) { return .discarded }
        var lack = Outcome.answerUnsealed
        guard let plan = plan(head, source: source, &lack) else {
            refuse(Refusal(lack))
            return .refused
        }
        if let refusal = client.sendHead(head, source: source, plan: plan) {
            refuse(refusal)
            return .refused
        }
        watchSession(head, source: source)
        commit(head.status)
        if !isRefusal { failOnStatus(head.status) }
        setUpstreamDeadline()
        if head.framing != .none { beginBuffering() }
        return .final(head.framing, mayBeKept: head.keepsAlive)
    }

    /// Puts the member in error for an answer of such a status, where that is declared.
    func failOnStatus(_ status: Int) {
        guard let balancer else { return }
        guard balancer.configuration.failOnStatus.contains(status) else {
            // What was under way before it failed says nothing of how it is now.
            if balancer.configuration.failoverRate != nil, let member,
                !member.state.isDown(now: Int64(bench.clock.nowMillis))
            {
                member.state.endOutage()
            }
            return
        }
        putMemberInError("it has answered \(status)", status: status)
    }

    /// Notes that the member has answered.
    ///
    /// - Parameter isTimed: whether it is told how long that has taken.
    func countAnswer(_ status: Int, isTimed: Bool = false) {
        guard let state = member?.state else { return }
        let (isTrial, now) = (record.choice?.reason == .recovered, Int64(bench.clock.nowMillis))
        if isTimed {
            let nanoseconds = max(0, record.answered - record.began - record.waited)
            state.observeLatency(micros: Double(nanoseconds) / 1_000, worker: bench.worker, now: now)
        }
        state.countAnswer(status, isTrial: isTrial, worker: bench.worker, now: now)
    }

    /// Whether the time to the answer is asked for, and is the member's alone: not the client's that sends content, nor
    /// another member's that was tried first. While a password was checked the member had nothing to do.
    private var isTimed: Bool {
        guard let balancer, balancer.chooser.asksForLatency else { return false }
        return record.attempts == 1 && record.requestBytes == 0 && ruling.heldAt == 0
    }

    private func commit(_ status: Int) {
        step = .filtered
        outbound.continuation = outbound.continuation == .probing ? .declined : .none
        record.answer(status: status, now: bench.clock.now)
        countAnswer(status, isTimed: isTimed)
        forgetRequest()
    }

    /// - Parameter lack: why there is no plan, where that is not the session's.
    private func plan(
        _ head: borrowing ResponseHead, source: Span<UInt8>, _ lack: inout Outcome
    ) -> AnswerPlan? {
        guard let extra = writeAffinity(head, source: source) else { return nil }
        mapAnswer(head, source: source)
        hearHeartbeat(head, source: source)
        var plan = AnswerPlan(
            framing: Self.framing(of: head), coding: .none, extra: extra, splices: bench.stores.edits.made,
            isSwitching: false)
        guard rule(head, source: source, &plan) else {
            lack = .answerCookies
            return nil
        }
        if facts.explains { plan.extra += decisionField() }
        if facts.compresses { planCoding(head, source: source, plan: &plan) }
        if facts.wishes.wantsDecision { plan.extra += Self.decisionField(record.coding) }
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
        let policy = bench.edge.compressionPolicy
        let decision = policy.decide(head, in: source, method: facts.method, wishes: facts.wishes)
        record.coding = decision
        plan.coding = decision.change
        switch decision {
        case .fieldsOnly:
            plan.framing = .none
        case .compress(let coding):
            guard let kind = policy.kind(of: coding) else { preconditionFailure("what was decided can be done") }
            plan.framing = .chunked
            body.begin(bench.stores.takeEncoder(kind), slab: bench.takeSlab())
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
        Array("X-Martlet-Route: ".utf8) + decision(asked: facts.note.route).fieldValue + Array("\r\n".utf8)
    }

    private func onSwitch(
        _ head: borrowing ResponseHead, source: Span<UInt8>, client: any ClientStream
    ) -> HeadVerdict {
        guard facts.wantsTunnel, head.switchesToWebSocket else {
            refuse(Refusal(.switchUnasked))
            return .refused
        }
        guard let extra = writeAffinity(head, source: source) else {
            refuse(Refusal(.answerUnsealed))
            return .refused
        }
        hearHeartbeat(head, source: source)
        var plan = AnswerPlan(
            framing: .none, coding: .none, extra: extra + (facts.explains ? decisionField() : []),
            splices: bench.stores.edits.made, isSwitching: true)
        guard rule(head, source: source, &plan) else {
            refuse(Refusal(.answerCookies))
            return .refused
        }
        if let refusal = client.sendHead(head, source: source, plan: plan) {
            refuse(refusal)
            return .refused
        }
        beginTunnel()
        watchSession(head, source: source)
        commit(101)
        outbound.upstream?.becomeTunnel()
        setUpstreamDeadline()
        // What the client has sent behind its request waits in its buffer: only now may it pass.
        client.resumeContent()
        return .tunnel
    }

    /// Takes answer content from the member's connection.
    ///
    /// - Returns: how many bytes were taken; when fewer than given, the connection is resumed later.
    package func onContent(_ content: Span<UInt8>) -> Int {
        guard let client else { return content.count }
        guard !body.isEncoded else { return encode(content, to: client) }
        guard body.spool == nil else { return keep(content, for: client) }
        let taken = client.sendContent(content)
        if tunnel.isOpen { tunnel.followMember(content.extracting(0..<taken)) }
        record.receivedBytes += taken
        record.contentBytes += taken
        return taken
    }

    private func encode(_ content: Span<UInt8>, to client: any ClientStream) -> Int {
        var sent = 0
        let taken = body.encode(content, to: client, sent: &sent)
        record.receivedBytes += taken
        record.contentBytes += sent
        noteBuffering()
        return taken
    }

    /// Keeps the answer's trailers until its content has gone out.
    package func onTrailers(_ section: Span<UInt8>) {
        body.keep(trailers: section)
    }

    /// The member has sent all it has for now: nothing waits for more.
    package func onUpstreamPause() {
        flushEncoder()
        client?.flush()
    }

    /// The answer is whole; the connection has gone back to its pool.
    package func onAnswerEnd() {
        outbound.upstream = nil
        step = .ended
        finishAnswer()
    }

    /// The client can take more.
    package func onClientWritable() {
        body.unblockClient()
        goOnWithAnswer()
    }

    /// Sends what there is, and has whoever the answer is from go on.
    func goOnWithAnswer() {
        guard body.spool == nil || sendSpooled() else { return }
        if body.isBroken { return breakOff() }
        guard drainEncoder() else { return }
        if step == .ended {
            finishAnswer()
        } else if let source = body.source {
            source.resume()
        } else {
            outbound.upstream?.resume()
        }
    }

    func finishAnswer() {
        guard let client else { return }
        if body.isEncoded, !sendEncoded({ body.finish(to: client, sent: &$0) }) { return releaseIfBuffered() }
        guard body.isSpoolEmpty else { return releaseIfBuffered() }
        body.end(client, omitting: ruling.omittedFields)
        finish()
        client.onExchangeEnd()
    }

    /// Sends what there is of an answer that has broken off, the encoder's part too, and ends it there.
    func breakOff() {
        guard drainEncoder(), flushEncoder(), body.isSpoolEmpty else { return releaseIfBuffered() }
        let client = client
        finish()
        client?.abort()
    }

    /// Sends what the encoder has put out.
    ///
    /// - Returns: whether the client took everything.
    private func drainEncoder() -> Bool {
        guard body.isEncoded, let client else { return true }
        return sendEncoded { body.drain(to: client, sent: &$0) }
    }

    /// Sends all that was compressed so far.
    ///
    /// - Returns: whether the client took everything.
    @discardableResult
    private func flushEncoder() -> Bool {
        guard body.isEncoded, let client else { return true }
        return sendEncoded { body.flush(to: client, sent: &$0) }
    }

    /// Counts what the client takes of a coded content.
    private func sendEncoded(_ send: (inout Int) -> Bool) -> Bool {
        var sent = 0
        let isAll = send(&sent)
        record.contentBytes += sent
        return isAll
    }
}
