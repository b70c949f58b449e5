import Balancing
import Bytes
import HTTP
import Reactor

/// The request's content on its way to the member, and what happens when the connection dies under it.
extension Exchange {
    /// Takes request content from the client's stream.
    ///
    /// - Returns: how many bytes were taken; when fewer than given, ``ClientStream/resumeContent()`` follows.
    func acceptContent(_ content: Span<UInt8>) -> Int {
        // The client waits for 100 Continue no longer.
        if continuation == .clientAsks { continuation = .none }
        if let inflation { return inflate(content, with: inflation) }
        guard let request = request ?? takeTunnelSlab() else { return 0 }
        let taken = gather(content)
        guard self.request === request else { return taken }
        if isTunnel { followClient(content.extracting(0..<taken)) }
        record.requestBytes += taken
        if taken < content.count { isClientPaused = true }
        // What passes through a tunnel is no content.
        if record.requestBytes > contentBytesMax, !isTunnel { refuse(.contentTooLarge(limit: contentBytesMax)) }
        return taken
    }

    /// Gathers content behind the request's head, and sends when there is no more room.
    ///
    /// - Returns: how many bytes were taken.
    func gather(_ content: Span<UInt8>) -> Int {
        guard let request else { return 0 }
        var taken = 0
        while taken < content.count {
            if request.room <= keptBytes {
                makeRoom()
                // The member's end may have been found meanwhile, and the exchange be over.
                guard self.request === request else { return taken }
            }
            let free = request.room - (isRequestChunked ? keptBytes : memberLinesGrowth)
            let rest = content.extracting(taken..<min(content.count, taken + max(0, free)))
            let count = isRequestChunked ? appendChunk(rest, to: request) : request.append(rest)
            guard count > 0 else { break }
            taken += count
        }
        return taken
    }

    /// The client has sent its whole request, or ended its direction of a tunnel.
    ///
    /// - Parameter trailers: the trailer section as it was received; empty for none.
    func endContent(trailers: Span<UInt8>) {
        isRequestEnded = true
        if isTunnel {
            flushRequest()
            if isRequestSent { upstream?.endWriting() }
            return
        }
        if let inflation, !inflation.isWhole { return refuse(.contentCodingBroken) }
        guard isRequestChunked, let request else { return }
        var chunks = requestChunks
        chunks.finish(request, trailers: trailers, parsedIn: &worker.trailers, keeping: memberLinesGrowth)
        requestChunks = chunks
    }

    private func appendChunk(_ content: Span<UInt8>, to request: Buffer) -> Int {
        // Copied out and in: an access that spans the call would be checked for exclusivity at run time.
        var chunks = requestChunks
        let count = chunks.append(content, to: request)
        requestChunks = chunks
        return count
    }

    func closeChunk(_ request: Buffer) {
        guard requestChunks.isOpen else { return }
        var chunks = requestChunks
        chunks.close(request)
        requestChunks = chunks
    }

    /// Sends what was gathered; called when the client pauses or has sent its request.
    func flushRequest() {
        sendGathered()
        restTunnel()
    }

    private func sendGathered() {
        guard let upstream, upstream.isConnected, !upstream.isWriteBlocked, let request else { return }
        guard !wantsTunnel || upstream.takesWebSocket else {
            upstream.close()
            self.upstream = nil
            lastFailure = .switchUnsupported
            return goElsewhere()
        }
        closeChunk(request)
        let sentBefore = sentCount
        let end = continuation == .probing ? headBytes : request.count
        while sentCount < end {
            switch upstream.write(request, sentCount..<end) {
            case .transferred(let count):
                // Writing may find the stream's end, and the exchange be over or on its way to another member.
                guard self.upstream === upstream else { return }
                sentCount += count
                record.sentBytes += count
            case .wouldBlock:
                guard self.upstream === upstream else { return }
                if answer == .awaited { upstream.expectProgress(withinMillis: progressMillis ?? answerMillis) }
                return
            case .ended, .failed:
                // What the member said before it closed is read first; the reading side finds the end.
                upstream.resume()
                return
            }
        }
        if sentCount > sentBefore { setUpstreamDeadline() }
        if !isReplayable { forgetSent() }
    }

    /// Sets the time within which the member must go on. While the client still sends, the time is the client's.
    func setUpstreamDeadline() {
        if let progressMillis {
            upstream?.expectProgress(withinMillis: progressMillis)
        } else {
            upstream?.expectNothing()
        }
    }

    /// Milliseconds within which the member must go on; `nil`: it may wait for the client.
    private var progressMillis: Int? {
        let timeouts = worker.settings.timeouts
        if let callEndMillis { return min(max(0, callEndMillis - worker.loop.nowMillis), timeouts.tunnel) }
        if isTunnel || isCall { return timeouts.tunnel }
        switch continuation {
        case .probing: return pingMillis
        case .clientAsks: return answerMillis
        case .none: return isRequestEnded ? answerMillis : nil
        }
    }

    func onUpstreamConnected() {
        flushRequest()
        resumeClient()
    }

    func onUpstreamWritable() {
        flushRequest()
        resumeClient()
        if isTunnel, isRequestEnded, isRequestSent { upstream?.endWriting() }
    }

    func resumeClient() {
        guard isClientPaused, request != nil || isTunnel else { return }
        if let request {
            if request.room <= keptBytes { makeRoom() }
            guard request.room > keptBytes else { return }
        }
        isClientPaused = false
        client?.resumeContent()
    }

    /// Bytes of the slab that content leaves free: for a chunk's end, and for what the next member is told.
    private var keptBytes: Int { ChunkedWriter.overheadBytes + memberLinesGrowth }

    /// Sends what is there and, once content outgrows the slab, gives up the chance to send it again.
    private func makeRoom() {
        sendGathered()
        guard let request, sentCount > 0, continuation != .probing else { return }
        isReplayable = false
        forgetSent()
        request.compact()
    }

    private func forgetSent() {
        guard let request else { return }
        // An open chunk is found by its distance from the first byte.
        closeChunk(request)
        request.consume(sentCount)
        sentCount = 0
    }

    /// The answer has begun: the request will not be sent again.
    func forgetRequest() {
        isReplayable = false
        forgetSent()
        guard isRequestEnded, !isTunnel, let request, request.isEmpty else { return }
        self.request = nil
        worker.buffers.giveBack(request)
    }

    /// Milliseconds for the answer's head, or for the next byte of its content.
    private var answerMillis: Int {
        let timeouts = worker.settings.timeouts
        return memberMillis ?? (answer == .awaited ? timeouts.answer : timeouts.body)
    }

    /// Milliseconds for which the client may be silent before its request has ended.
    var clientMillis: Int { isCall ? worker.settings.timeouts.tunnel : worker.settings.timeouts.body }

    private var isCallOver: Bool { callEndMillis.map { $0 <= worker.loop.nowMillis } ?? false }

    /// The client's content did not come in time.
    func onRequestTimeout() {
        refuse(Refusal(408, "body-timeout", limit: worker.settings.timeouts.body))
    }

    // MARK: - Failure

    /// The connection failed; it is closed already.
    ///
    /// - Parameter isAnswered: whether a byte of the answer had come.
    func onUpstreamFailure(_ failure: UpstreamFailure, isAnswered: Bool) {
        let addressIndex = upstream?.addressIndex ?? 0
        let pool = upstream?.pool
        upstream = nil
        lastError = failure.words(pool?.key.addresses[addressIndex])
        switch failure {
        case .connect, .connectTimeout, .crowded:
            if case .connectTimeout = failure { lastFailure = .connectTimeout }
            let next = if case .crowded = failure { addressIndex } else { addressIndex + 1 }
            if let pool, let index = record.memberIndex, connectAnew(to: index, pool: pool, from: next) {
                return flushRequest()
            }
            sentCount = 0
            giveUpOnMember()
        case .answerTimeout where continuation == .probing:
            lastFailure = .answerTimeout
            lastError = "no 100 Continue in time"
            sentCount = 0
            giveUpOnMember()
        case .answerTimeout:
            if !goOnAfterTimeout() { refuse(isCallOver ? .callTimeout : .answerTimeout) }
        // Who was still waiting for the rest of the request may have lost patience with the client.
        case .dropped where isRequestSent && member?.state.countDrop(now: Int64(worker.loop.nowMillis)) == true:
            guard mayReplay(failure) else {
                putMemberInError(lastError)
                return refuse(.answerBroken)
            }
            sentCount = 0
            lastFailure = .answerBroken
            giveUpOnMember()
        case .broken, .dropped, .unprocessed:
            guard !isAnswered, answer == .awaited, mayReplay(failure) else { return refuse(.answerBroken) }
            sentCount = 0
            record.replays += 1
            lastFailure = .answerBroken
            if hasReplayed { goElsewhere() } else { replay(on: pool) }
        }
    }

    /// Whether the member cannot have acted on the request, or acting twice does no harm (RFC 9110, section 9.2.2).
    private func mayReplay(_ failure: UpstreamFailure) -> Bool {
        if case .unprocessed = failure { return isReplayable }
        // Who is probed has no content to act on.
        return isReplayable && (sentCount == 0 || continuation == .probing || method.isIdempotent)
    }

    /// Sends the request once more, on a new connection to the same member; when that is refused, to another one.
    private func replay(on pool: UpstreamPool?) {
        hasReplayed = true
        beginProbing()
        guard let pool, let index = record.memberIndex else { return refuse(.answerBroken) }
        guard !connectAnew(to: index, pool: pool, from: 0) else { return flushRequest() }
        giveUpOnMember()
    }

    /// Puts the member in error and goes on with another one; not where it is our descriptors that are lacking.
    private func giveUpOnMember() {
        guard !isOutOfDescriptors else {
            releaseMember()
            return refuse(.noDescriptor)
        }
        failMember()
        attempt()
        flushRequest()
    }

    /// Gives the request to another member; this one takes connections and ends them, which is not what `retry` is for.
    private func goElsewhere() {
        releaseMember()
        attempt()
        flushRequest()
    }
}
