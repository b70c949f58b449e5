import Balancing
import Bytes
import HTTP
import Model
import Reactor

/// One request and its answer, on their way between a client's stream and a member's connection, step by step
/// (``Step``).
///
/// The parts each have their own state: ``RequestFacts`` what is asked, ``Ruling`` which rules it is held to, ``Tie``
/// whose session it is, ``Course`` who gets it next, ``Outbound`` what goes to the member, ``AnswerBody`` what comes
/// back, ``Tunnel`` what follows a switch. Pooled with them: ``begin(_:peer:head:source:)`` takes it up and
/// ``finish()`` gives it back to its bench, on whose thread it stays.
package final class Exchange: TurnEndHandler {
    /// What became of an answer's head.
    package enum HeadVerdict {
        /// It precedes the answer's.
        case interim
        /// It is the answer's; its content is framed so, and the connection may be kept after it.
        case final(Framing, mayBeKept: Bool)
        /// The protocol is switched; bytes pass in both directions from here on.
        case tunnel
        /// It was refused; the exchange is over.
        case refused
        /// It is not passed on: ``Exchange/goOnElsewhere()`` is to be called when the head is let go of.
        case discarded
    }

    let bench: Bench
    /// The next free exchange of the bench.
    var next: Exchange?
    private(set) var client: (any ClientStream)?
    private(set) var peer: ClientPeer?
    /// Which balancer answers; `nil` before that is known.
    var balancer: Balancer?
    /// Who has the request.
    var member: Member?
    var step = Step.ended
    var record = ExchangeRecord()
    let facts = RequestFacts()
    let ruling = Ruling()
    let tie = Tie()
    let course: Course
    let outbound = Outbound()
    let body = AnswerBody()
    let tunnel = Tunnel()

    init(bench: Bench) {
        self.bench = bench
        course = Course(random: bench.random)
    }

    /// Whether the client speaks TLS, to Martlet or to a trusted proxy.
    var isPublicSecure: Bool { facts.approach.isSecure ?? peer?.isSecure ?? false }

    /// Whether the client has not been handed the head of its answer.
    var awaitsAnswer: Bool { step < .filtered }

    /// Whether the request's content is inflated.
    var isInflating: Bool { outbound.inflation != nil }

    /// How many times bytes of the answer's content count in a turn: 1 unless they are compressed.
    var turnFactor: Int { body.turnFactor }

    /// Whether the member has been sent the whole request.
    package var isRequestSent: Bool { outbound.isSent && course.verdict == nil }

    /// Whether a client has to be as fast as the limits say: not one of a call or of a tunnel.
    var isPaced: Bool { !facts.isCall && !tunnel.isOpen }

    /// The balancer and the member that has the request, for the event log.
    var memberName: String { "\(balancer?.configuration.name ?? "")/\(member?.name ?? "")" }

    // MARK: - The steps to a member

    /// Takes up a request: finds who answers for it, reads its session and sends it on its way.
    ///
    /// - Parameters:
    ///   - head: parsed; its offsets point into `source`, which is not looked at after the call.
    package func begin(
        _ client: any ClientStream, peer: ClientPeer, head: borrowing RequestHead, source: Span<UInt8>
    ) {
        self.client = client
        self.peer = peer
        let edge = bench.edge
        bench.beginEdits()
        admit(head, source: source, peer: peer, edge: edge)
        guard var balancer = locate(head, source: source, peer: peer, edge: edge) else { return }
        if balancer.standIn != nil, let other = standIn(for: balancer, head, source: source, peer: peer, edge: edge) {
            balancer = other
        }
        guard prepare(head, source: source, for: balancer, peer: peer, edge: edge)
        else { return }
        if !isHeld { attempt(with: balancer) }
    }

    /// Takes a request that a balancer is to answer as far as the head for its member, and its script.
    ///
    /// - Returns: whether it may go on; if not, it was answered.
    func prepare(
        _ head: borrowing RequestHead, source: Span<UInt8>, for balancer: Balancer, peer: ClientPeer, edge: Edge
    ) -> Bool {
        limit(head, source: source, balancer: balancer, edge: edge)
            && tie(head, source: source, balancer: balancer, peer: peer)
            && rebuild(head, source: source, balancer: balancer, peer: peer)
            && (balancer.gateway == nil || findScript(at: balancer))
    }

    /// Notes who asks for what.
    private func admit(_ head: borrowing RequestHead, source: Span<UInt8>, peer: ClientPeer, edge: Edge) {
        step = .admitted
        record.began = bench.clock.now
        if peer.heed(edge) { client?.notePeer() }
        facts.method = head.method
        facts.approach = edge.approach(of: head, in: source, peer: peer)
        facts.pageKind = edge.pageKind(of: head, in: source)
        facts.explains = head.fields.contains(.martletExplain) && edge.mayExplain(to: facts.origin, peer)
        if bench.journal.isOn || facts.explains { facts.takeNote(of: head, source: source) }
    }

    /// Finds the balancer that answers for the host and the path, if the rules there let it and no file does.
    private func locate(
        _ head: borrowing RequestHead, source: Span<UInt8>, peer: ClientPeer, edge: Edge
    ) -> Balancer? {
        let entrance = peer.entrance
        guard entrance.gate == nil || admit(head, source: source, peer: peer) else { return nil }
        let found = edge.destination(of: head, in: source, by: entrance)
        if let refusal = found.refusal {
            answer(refusal, to: head, source: source, peer: peer, in: found.rules)
            return nil
        }
        step = .located
        let (balancer, place) = (found.balancer, found.place)
        guard place != nil || entrance.redirect != nil else { return balancer }
        guard judge(head, source: source, peer: peer, at: place, for: balancer),
            !serveFile(head, source: source, at: place, balancer: balancer)
        else { return nil }
        return balancer
    }

    /// Holds the request to what it may be.
    private func limit(
        _ head: borrowing RequestHead, source: Span<UInt8>, balancer: Balancer, edge: Edge
    ) -> Bool {
        let limits = edge.configuration.limits
        facts.contentBytesMax = ruling.bounds?.requestBodyBytesMax ?? limits.requestBodyBytesMax ?? .max
        facts.wantsTunnel = head.asksForWebSocket
        outbound.isChunked = head.framing == .chunked
        beginInflating(head, source: source, balancer: balancer, limits: limits)
        if outbound.inflation == nil, case .length(let count) = head.framing, count > UInt64(facts.contentBytesMax) {
            refuse(Refusal(.requestBody, limit: facts.contentBytesMax))
            return false
        }
        self.balancer = balancer
        step = .limited
        if balancer.hasSharedPools, GRPC.isCall(head, in: source) {
            facts.isCall = true
            facts.callEndMillis = GRPC.timeoutMillis(head, in: source).map { bench.clock.nowMillis + $0 }
        }
        outbound.isEnded = !head.hasContent
        if head.hasContent, head.expectsContinue { outbound.continuation = .clientAsks }
        if head.hasContent, let buffering = buffering(of: balancer) { beginGathering(head, by: buffering) }
        weigh(head, source: source, edge: edge)
        return true
    }

    /// Reads which codings the answer may have.
    func weigh(_ head: borrowing RequestHead, source: Span<UInt8>, edge: Edge) {
        facts.compresses = edge.configuration.compression.isEnabled
        facts.wishes = CodingWishes(head, in: source, policy: facts.compresses ? edge.compressionPolicy : nil)
    }

    /// Reads the session, of a request that goes where it is allowed to.
    private func tie(
        _ head: borrowing RequestHead, source: Span<UInt8>, balancer: Balancer, peer: ClientPeer
    ) -> Bool {
        facts.usesMembersHost = ruling.mapping?.preservesHost == false || head.authorityRange.isEmpty
        guard mapRequest(head, source: source, peer: peer) else {
            refuse(Refusal(.destinationElsewhere))
            return false
        }
        readSession(head, source: source, balancer: balancer, peer: peer)
        if balancer.hasRecordMembers { keepLine(of: head, source: source) }
        step = .tied
        return true
    }

    /// Writes the head for the member; the content is appended behind it.
    private func rebuild(
        _ head: borrowing RequestHead, source: Span<UInt8>, balancer: Balancer, peer: ClientPeer
    ) -> Bool {
        let isSmall = source.count <= BufferPool.smallBytes - Limits.addedToHeadBytes
        // A long host is written twice.
        guard
            isSmall && write(head, source: source, balancer: balancer, peer: peer, to: bench.takeSlab())
                || write(head, source: source, balancer: balancer, peer: peer, to: bench.takeSlab(isLarge: true))
        else {
            refuse(Refusal(.head(.headTooLarge)))
            return false
        }
        step = .rebuilt
        return true
    }

    private func write(
        _ head: borrowing RequestHead, source: Span<UInt8>, balancer: Balancer, peer: ClientPeer, to slab: Buffer
    ) -> Bool {
        let address = peer.forwardedFor
        guard facts.origin != 0 else {
            return write(head, source: source, balancer: balancer, peer: peer, client: address.span, to: slab)
        }
        return SocketAddress.withHost(ofMappedBits: facts.origin) { client in
            write(head, source: source, balancer: balancer, peer: peer, client: client, to: slab)
        }
    }

    private func write(
        _ head: borrowing RequestHead, source: Span<UInt8>, balancer: Balancer, peer: ClientPeer, client: Span<UInt8>,
        to slab: Buffer
    ) -> Bool {
        let (address, entrance, fields) = (peer.forwardedFor, peer.entranceLines, ruling.requestFields)
        let forwarded = bench.edge.forwarding
        let fits = slab.append { (output: inout OutputSpan<UInt8>) in
            var rewrite = RequestRewrite(framing: outbound.isChunked ? .chunked : head.framing)
            rewrite.inflatesContent = outbound.inflation != nil
            rewrite.asksForWebSocket = facts.wantsTunnel
            forwarded.apply(to: &rewrite, facts.approach, peer)
            rewrite.undoesMarks = facts.compresses
            rewrite.undoneCodings = facts.wishes.acceptable
            rewrite.splices = bench.stores.edits.made
            rewrite.omitsHost = facts.usesMembersHost
            let own = balancer.memberLines.ownNames
            guard let fields else {
                return head.write(
                    to: &output, from: source, rewrite: rewrite, peer: address.span, client: client,
                    entrance: entrance.span, omitting: own)
            }
            let lines = ruling.requestLines(by: fields)
            return head.write(
                to: &output, from: source, rewrite: rewrite, peer: address.span, client: client,
                entrance: entrance.span, omitting: own, and: fields.names, extra: lines.span)
        }
        let includingHost = facts.usesMembersHost
        let ruled = addedMemberBytesMax
        if fits, outbound.begin(slab, lines: balancer.memberLines, ruled: ruled, includingHost: includingHost) {
            return true
        }
        outbound.takeBack(slab)
        bench.giveBack(slab)
        return false
    }

    // MARK: - The end

    /// Answers in the member's place, or breaks the answer off when some of it has gone out.
    package func refuse(_ refusal: Refusal) {
        answer(OwnAnswer(refusal))
    }

    /// Answers itself, as ``refuse(_:)`` does.
    func answer(_ own: OwnAnswer) {
        guard !body.isBroken else { return }
        let own = rule(own)
        let client = client
        // A head with nothing behind it may still be here.
        let isBegun = !awaitsAnswer && !(record.receivedBytes == 0 && client?.withdrawHead() == true)
        record.refuse(own.outcome, status: own.status, limit: own.refusal.limit, isBegun: isBegun)
        var code: StaticString = ""
        if let peer {
            code = own.refusal.code(mayExplain: bench.edge.mayExplain(to: facts.origin, peer))
            if !isBegun { record.contentBytes = client?.contentBytes(of: own, code: code) ?? 0 }
            bench.journal.report(own, to: peer, origin: facts.origin, cause: course.trouble.words)
        }
        outbound.upstream?.close()
        outbound.upstream = nil
        body.closeSource()
        guard !isBegun else {
            body.breakOff()
            return breakOff()
        }
        finish((own, code))
        client?.answer(own, code: code)
    }

    /// Answers at the end of the turn, as the client's stream is in the middle of something.
    func refuseLater(_ refusal: Refusal) {
        course.verdict = refusal
        leaveQueue()
        bench.turnEnd.call(self)
    }

    /// Answers, or looks for a member, if that was left to the end of the turn.
    package func onTurnEnd() {
        if let refusal = course.verdict.take() { return refuse(refusal) }
        if let gathering = outbound.gathering { return onTurnEnd(of: gathering) }
        onTurnEnd(of: course.arrival)
    }

    /// Gives up because of the client, which is not told.
    ///
    /// - Parameter outcome: `answered`: it has its whole answer.
    package func cancel(_ outcome: Outcome) {
        if outcome != .answered, !body.isBroken { record.outcome = outcome }
        outbound.upstream?.close()
        finish()
    }

    /// Counts, writes the access log's line and gives everything back. The exchange may be taken up anew at once.
    ///
    /// - Parameter own: what the client is answered now.
    func finish(_ own: (answer: OwnAnswer, code: StaticString)? = nil) {
        if bench.isMeasuring { measure() }
        if let plan = bench.journal.plan, let peer { logEnd(own, of: peer, plan) }
        leaveQueue()
        releaseMember()
        reset()
        bench.giveBack(self)
    }

    /// Counts it for metrics.
    private func measure() {
        // Taken out and put back, as all workers would write the balancer's count of references. Handed on as an
        // optional it would be retained where it is unwrapped.
        guard let measured = balancer.take() else {
            return bench.journal.countStray(record, isTimed: !tunnel.isOpen)
        }
        bench.journal.count(record, of: measured, isTimed: !tunnel.isOpen)
        balancer = measured
    }

    /// Where the request went and why, for those who ask.
    ///
    /// - Parameter asked: the route that was asked for; empty for those who know it.
    func decision(asked: ArraySlice<UInt8>) -> Decision {
        Decision(
            balancer: balancer, choice: record.choice, isStandIn: record.isStandIn, source: record.routeSource,
            asked: asked)
    }

    private func reset() {
        client = nil
        peer = nil
        balancer = nil
        step = .ended
        record = ExchangeRecord()
        facts.reset()
        ruling.reset()
        tie.reset()
        course.reset()
        outbound.reset(to: bench)
        body.reset(to: bench)
        tunnel.reset()
    }
}
