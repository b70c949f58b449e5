import Balancing
import Bytes
import HTTP
import Reactor

/// One request and its answer, on their way between a client's stream and a member's connection.
///
/// ```
/// begin ─▶ attempt ─▶ connecting ─▶ sending ─▶ answered ─▶ over
///             ▲            │           │
///             └────────────┴───────────┘  refused, or died before its first byte: another try
/// ```
///
/// The request's rebuilt head and content stay in one slab until the answer begins, so that they can be sent again.
/// Pooled: ``begin(_:peer:head:source:)`` takes it up and ``finish()`` gives it back to its worker, on whose thread it
/// stays.
final class Exchange {
    /// What became of an answer's head.
    enum HeadVerdict {
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

    /// How far the answer is.
    enum Answer {
        case awaited, committed, ended
        /// It has broken off, and what came before goes out.
        case broken
    }

    let worker: Worker
    var client: (any ClientStream)?
    var peer: ClientPeer?
    /// Whom the request is from, where the peer is a trusted proxy; 0: the peer.
    private(set) var origin: UInt128 = 0
    var upstream: (any UpstreamStream)?
    var record = ExchangeRecord()
    /// What the access log prints of the request. Filled only while the log is on, or the client asks for the decision.
    var note = RequestNote()
    /// Whether it is filled.
    private(set) var isNoted = false
    /// The next free exchange of the worker.
    var next: Exchange?

    // MARK: Where it goes

    var farm: Farm?
    /// What the site's path changes on the way; `nil`: nothing.
    private(set) var mapping: PathMapping?
    /// Whether the member gets its own host: the client's is not preserved, or it has named none (HTTP/1.0).
    private(set) var usesMembersHost = false
    /// By which authority the client knows the site, and whether it came over TLS, where answers are mapped.
    var publicAuthority: [UInt8] = []
    var isPublicSecure = false
    /// What is replaced in the head that is written.
    var splices = Splices()
    /// Whether that may be something: asking ``splices`` at each request would be checked for exclusivity at run time.
    var hasSplices = false
    /// Where in ``request`` the lines lie that speak of the member; `nil` where there are none.
    var memberLines: Range<Int>?
    var member: Member?
    var preferences = MemberPreferences()
    /// The hash of what ties it to a member where no route does.
    var key: UInt64?
    /// The hash of its session's identifier, where sessions are counted.
    var session: UInt64?
    /// Whether its session names the member by a former name.
    var hasFormerRoute = false
    var tried = MemberSet()
    /// Its place in the worker's waiting room; 0: none.
    var ticket = 0
    /// Whether it has waited for its session's member as long as that is worth.
    var hasAwaitedSession = false
    /// Nanoseconds of the loop's clock when it began to wait.
    var waitBegan = 0
    /// Whether it waits, or has waited, for anyone.
    var awaitsAnyone = false
    /// Whether it waits, or has waited, for its session's turn to move.
    var awaitsTurn = false
    var hasReplayed = false
    /// Who gets the request in place of the member whose answer was discarded.
    var successor: Choice?
    /// Whether a member has not answered it in time.
    var hasTimedOut = false
    /// Milliseconds of the loop's clock up to which members in error are tried; `nil`: none was yet.
    var errorTrialsEnd: Int?
    /// Whether the client is told why it got its member.
    private(set) var explains = false
    /// What is known of the session where it is written into cookies.
    var affinity = AffinityState()
    /// Milliseconds that the member declares for its answer; `nil`: as `timeouts` says.
    var memberMillis: Int?
    /// Bytes that members had been sent before this one.
    private var sentBefore = 0
    /// What the last failed try would be answered with, and its words for the event log.
    var lastFailure: Refusal?
    var lastError = ""
    /// Whether the last connection could not be begun because the process has no descriptors left.
    var isOutOfDescriptors = false

    // MARK: The request

    /// The request's method, which decides how its answer is framed.
    private(set) var method = Method.get
    var wantsTunnel = false
    /// Whether it is a gRPC call to members of HTTP/2: both sides may be silent for as long as a tunnel's.
    private(set) var isCall = false
    /// Milliseconds of the loop's clock at which the client gives the call up.
    private(set) var callEndMillis: Int?
    /// Bytes of content that it may have; `Int.max` where there is no limit.
    private(set) var contentBytesMax = Int.max
    /// Whether answers of the edge are compressed at all, and what this request says to that.
    var compresses = false
    var wishes = CodingWishes()
    /// The rebuilt head and the content behind it.
    var request: Buffer?
    var requestChunks = ChunkedWriter()
    var isRequestChunked = false
    /// Inflates the content, where that is asked for.
    var inflation: Inflation?
    /// Bytes of ``request`` that the current connection has taken.
    var sentCount = 0
    /// Whether ``request`` still holds everything from the first byte on.
    var isReplayable = true
    /// Whether it is the member's turn although the client has content: who asks for 100 Continue.
    var continuation = Continuation.none
    /// Whether members that declare `ping` are probed before they get the content.
    var mayProbe = false
    /// Bytes of the head in ``request``, where lines of it speak of the member.
    var headBytes = 0
    /// Whether the client has sent its whole request, or ended its direction of a tunnel.
    var isRequestEnded = false
    /// Whether the client had content that there was no room for.
    var isClientPaused = false

    // MARK: The answer

    var answer = Answer.awaited
    var encoder: (any ContentEncoder)?
    var encoded: Buffer?
    var hasUnflushed = false
    /// The answer's trailer section as the member sent it.
    var trailers: [UInt8] = []
    var hasTrailers = false

    // MARK: The tunnel

    var isTunnel = false
    /// Where the client's and the member's direction of a tunnel stand.
    var clientFrames = WebSocketFrames(isMasked: true)
    var memberFrames = WebSocketFrames(isMasked: false)

    init(worker: Worker) {
        self.worker = worker
    }

    /// Whether the member has been sent the whole request.
    var isRequestSent: Bool { isRequestEnded && (request?.count ?? 0) == sentCount }

    /// The balancer and the member that has the request, for the event log.
    var memberName: String { "\(farm?.configuration.name ?? "")/\(member?.name ?? "")" }

    // MARK: - The way to a member

    /// Takes up a request: finds who answers for it, reads its session and sends it on its way.
    ///
    /// - Parameters:
    ///   - head: parsed; its offsets point into `source`, which is not looked at after the call.
    func begin(_ client: any ClientStream, peer: ClientPeer, head: borrowing RequestHead, source: Span<UInt8>) {
        self.client = client
        self.peer = peer
        let edge = worker.edge
        method = head.method
        record.began = worker.loop.now
        peer.heed(edge)
        origin = edge.origin(of: head, in: source, peer: peer)
        explains = head.fields.contains(.martletExplain) && edge.mayExplain(to: origin, peer)
        if worker.log.isOn || explains {
            isNoted = true
            note.fill(head, source: source)
        }
        let farm: Farm
        switch edge.destination(of: head, in: source) {
        case .farm(let found, let mapping):
            farm = found
            self.mapping = mapping
        case .refused(let refusal): return refuse(refusal)
        }
        contentBytesMax = edge.configuration.limits.requestBodyBytesMax ?? .max
        wantsTunnel = head.asksForWebSocket
        isRequestChunked = head.framing == .chunked
        beginInflating(head, source: source, farm: farm, limits: edge.configuration.limits)
        if inflation == nil, case .length(let count) = head.framing, count > UInt64(contentBytesMax) {
            return refuse(.contentTooLarge(limit: contentBytesMax))
        }
        self.farm = farm
        if farm.hasSharedPools, GRPC.isCall(head, in: source) {
            isCall = true
            callEndMillis = GRPC.timeoutMillis(head, in: source).map { worker.loop.nowMillis + $0 }
        }
        isRequestEnded = !head.hasContent
        if head.hasContent, head.expectsContinue { continuation = .clientAsks }
        compresses = edge.configuration.compression.isEnabled
        wishes = CodingWishes(head, in: source, policy: compresses ? worker.settings.compressionPolicy : nil)
        usesMembersHost = mapping?.preservesHost == false || head.authorityRange.isEmpty
        guard mapRequest(head, source: source, peer: peer) else { return refuse(.destinationElsewhere) }
        readSession(head, source: source, farm: farm, peer: peer)
        guard rebuild(head, source: source, peer: peer) else { return refuse(.requestTooLarge) }
        removeSplices()
        attempt()
    }

    /// Replaces a range in the head that is written.
    ///
    /// - Returns: whether there was room for it.
    @discardableResult
    func splice(_ range: Range<Int>, with bytes: Span<UInt8>) -> Bool {
        hasSplices = true
        return splices.replace(range, with: bytes)
    }

    private func removeSplices() {
        guard hasSplices else { return }
        hasSplices = false
        splices.removeAll()
    }

    /// Writes the head for the member; the content is appended behind it.
    ///
    /// - Returns: whether it fits into a slab.
    private func rebuild(_ head: borrowing RequestHead, source: Span<UInt8>, peer: ClientPeer) -> Bool {
        let isLarge = source.count > BufferPool.smallBytes - Limits.addedToHeadBytes
        if !isLarge {
            let buffer = worker.buffers.small()
            request = buffer
            if write(head, source: source, peer: peer, to: buffer) { return true }
            // A long host is written twice.
            worker.buffers.giveBack(buffer)
        }
        let buffer = worker.buffers.large()
        request = buffer
        return write(head, source: source, peer: peer, to: buffer)
    }

    private func write(
        _ head: borrowing RequestHead, source: Span<UInt8>, peer: ClientPeer, to buffer: Buffer
    ) -> Bool {
        let address = peer.forwardedFor
        let fits = buffer.append { (output: inout OutputSpan<UInt8>) in
            var rewrite = RequestRewrite(
                framing: isRequestChunked ? .chunked : head.framing, isSecure: peer.isSecure)
            rewrite.inflatesContent = inflation != nil
            rewrite.asksForWebSocket = wantsTunnel
            rewrite.peerIsTrusted = peer.isTrusted
            rewrite.undoesMarks = compresses
            rewrite.undoneCodings = wishes.acceptable
            if hasSplices { rewrite.splices = splices }
            rewrite.omitsHost = usesMembersHost
            rewrite.omitsFacts = farm?.memberLines.tellsFacts ?? false
            let field = farm?.memberLines.buddyField ?? []
            return head.write(to: &output, from: source, rewrite: rewrite, peer: address.span, omitting: field.span)
        }
        guard fits, !isRequestChunked || buffer.room >= ChunkedWriter.overheadBytes else { return false }
        return reserveMemberLines(in: buffer)
    }

    /// Gives the request to a member: the one its session asks for, else one that the balancer elects.
    func attempt() {
        guard let farm else { return }
        while record.attempts < attemptsMax(farm) {
            guard let choice = choose(farm) else { return waitOrRefuse(farm) }
            if give(to: choice, of: farm) { return }
        }
        // What became of the last try, the event log says.
        refuse(farm.staysWithSession(preferences) ? .sessionMemberLost : lastFailure ?? .noMember)
    }

    func attemptsMax(_ farm: Farm) -> Int { farm.configuration.maxAttempts ?? farm.balancer.members.count }

    func choose(_ farm: Farm) -> Choice? {
        let preferences = preferences
        let tried = tried
        return farm.balancer.choose(
            preferences, key: key, excluding: tried, staysWithSession: farm.configuration.noFailover,
            awaitsSessionMember: !hasAwaitedSession, now: Int64(worker.loop.nowMillis), random: worker.roll)
    }

    /// Gives the request to the member that was chosen.
    ///
    /// - Returns: whether that settles it: there is a connection, or the request was refused.
    func give(to choice: Choice, of farm: Farm) -> Bool {
        member = farm.balancer.members[choice.member]
        memberMillis = farm.pools[choice.member].terms.answerMillis
        sentBefore = record.sentBytes
        record.choose(choice)
        // Copied out and in: an access that spans the call would be checked for exclusivity at run time.
        var tried = tried
        tried.insert(choice.member)
        self.tried = tried
        beginProbing()
        guard writeMemberLines(choice) else {
            refuse(.requestTooLarge)
            return true
        }
        if connect(to: choice.member) { return true }
        guard !isOutOfDescriptors else {
            releaseMember()
            refuse(.noDescriptor)
            return true
        }
        failMember()
        return false
    }

    /// Takes an idle connection to the member or begins a new one.
    ///
    /// - Returns: whether there is one.
    private func connect(to index: Int) -> Bool {
        guard let farm else { return false }
        let pool = worker.pool(of: farm, member: index)
        if let stream = pool.take(for: self) {
            upstream = stream
            return true
        }
        return connectAnew(to: index, pool: pool, from: 0)
    }

    /// Begins a new connection to the member, or shares one that another exchange has begun meanwhile.
    func connectAnew(to index: Int, pool: UpstreamPool, from addressIndex: Int) -> Bool {
        isOutOfDescriptors = false
        if pool.isShared, let stream = pool.take(for: self, from: addressIndex) {
            upstream = stream
            return true
        }
        for address in addressIndex..<pool.key.addresses.count {
            do throws(SystemError) {
                upstream = try pool.connect(self, on: worker, addressIndex: address)
                return true
            } catch {
                lastError = "\(pool.key.addresses[address]): \(error)"
                // That is no fault of the member's.
                isOutOfDescriptors = error.isExhaustion
            }
        }
        return false
    }

    /// Puts the member in error and gives up on it for this request.
    func failMember() {
        putMemberInError(lastError)
        releaseMember()
    }

    /// Puts the member in error, unless it ignores them.
    ///
    /// - Parameter words: what has happened, for the event log.
    func putMemberInError(_ words: String) {
        guard let member else { return }
        let isInError = member.fail(now: Int64(worker.loop.nowMillis))
        let effect =
            isInError
            ? "is in error for \(TimeWords.words(milliseconds: member.specification.retryMilliseconds))" : "has failed"
        worker.report(.warning, "member \(member.name) of \(farm?.configuration.name ?? "") \(effect): \(words)")
    }

    /// Lets go of the member, whose state counts the exchange no longer.
    func releaseMember() {
        guard let member = member.take() else { return }
        if isTunnel { member.state.endTunnel() }
        member.state.release(
            sentBytes: UInt64(record.sentBytes - sentBefore), receivedBytes: UInt64(record.receivedBytes))
        // A limit may also have come with a reload.
        if member.specification.exchangesMax != nil || worker.settings.limitsMembers { worker.announceRoom() }
    }

    // MARK: - The end

    /// Answers in the member's place, or breaks the answer off when some of it has gone out.
    func refuse(_ refusal: Refusal) {
        guard answer != .broken else { return }
        let client = client
        // A head with nothing behind it may still be here.
        let isBegun = answer != .awaited && !(record.receivedBytes == 0 && client?.withdrawHead() == true)
        record.refuse(refusal, isBegun: isBegun)
        var code: StaticString = ""
        if let peer {
            code = refusal.code(mayExplain: worker.edge.mayExplain(to: origin, peer))
            if !isBegun { record.contentBytes = client?.contentBytes(of: refusal, code: code) ?? 0 }
            worker.report(refusal, to: peer, origin: origin, cause: lastError)
        }
        upstream?.close()
        upstream = nil
        guard !isBegun else {
            answer = .broken
            return breakOff()
        }
        finish()
        client?.answer(refusal, code: code)
    }

    /// Gives up because of the client, which is not told.
    ///
    /// - Parameter reason: `nil`: it has its whole answer.
    func cancel(_ reason: CancelReason?) {
        if let reason, answer != .broken { record.reason = reason.code }
        upstream?.close()
        finish()
    }

    /// Writes the access log's line and gives everything back. The exchange may be taken up anew at once.
    func finish() {
        logEnd()
        worker.waitingRoom.leave(self)
        releaseMember()
        if let request = request.take() { worker.buffers.giveBack(request) }
        if let encoded = encoded.take() { worker.buffers.giveBack(encoded) }
        if let inflation = inflation.take() { worker.giveBackInflation(inflation) }
        if let encoder = encoder.take() { worker.giveBackEncoder(encoder) }
        reset()
        worker.giveBackExchange(self)
    }

    private func logEnd() {
        guard let format = worker.log.format, let peer else { return }
        let line = AccessLogLine(
            record: record, note: note, peer: peer, origin: origin, decision: decision, ended: worker.loop.now,
            wall: Clock.wallNanoseconds())
        worker.log.append { (output: inout OutputSpan<UInt8>) in line.write(format, to: &output) }
    }

    /// Where the request went and why, for those who ask.
    var decision: Decision {
        Decision(farm: farm, choice: record.choice, source: record.routeSource, asked: note.bytes(of: .route))
    }

    private func reset() {
        client = nil
        peer = nil
        origin = 0
        upstream = nil
        if affinity.isUsed { affinity = AffinityState() }
        farm = nil
        mapping = nil
        memberLines = nil
        preferences = MemberPreferences()
        removeSplices()
        key = nil
        session = nil
        hasFormerRoute = false
        tried = MemberSet()
        hasAwaitedSession = false
        awaitsAnyone = false
        awaitsTurn = false
        hasReplayed = false
        successor = nil
        hasTimedOut = false
        errorTrialsEnd = nil
        explains = false
        memberMillis = nil
        sentBefore = 0
        lastFailure = nil
        lastError = ""
        isOutOfDescriptors = false
        wantsTunnel = false
        isCall = false
        callEndMillis = nil
        compresses = false
        wishes = CodingWishes()
        requestChunks = ChunkedWriter()
        continuation = .none
        mayProbe = false
        isRequestChunked = false
        sentCount = 0
        isReplayable = true
        isRequestEnded = false
        isClientPaused = false
        answer = .awaited
        hasUnflushed = false
        if hasTrailers {
            hasTrailers = false
            trailers.removeAll(keepingCapacity: true)
        }
        isTunnel = false
        record = ExchangeRecord()
        if isNoted {
            isNoted = false
            note.removeAll()
        }
    }
}
