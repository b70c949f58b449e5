import Bytes
import HTTP
import Model
import Reactor

/// The request's content on its way to the member.
extension Exchange {
    /// Takes request content from the client's stream.
    ///
    /// - Returns: how many bytes were taken; when fewer than given, ``ClientStream/resumeContent()`` follows.
    package func acceptContent(_ content: Span<UInt8>) -> Int {
        guard course.verdict == nil else { return 0 }
        // The client waits for 100 Continue no longer.
        if outbound.continuation == .clientAsks { outbound.continuation = .none }
        defer { noteArrival() }
        if let inflation = outbound.inflation { return inflate(content, with: inflation) }
        lendTunnelSlab()
        let taken = gather(content)
        if tunnel.isOpen { tunnel.followClient(content.extracting(0..<taken)) }
        record.requestBytes += taken
        if taken < content.count { outbound.isClientPaused = true }
        // What passes through a tunnel is no content.
        if record.requestBytes > facts.contentBytesMax, !tunnel.isOpen {
            refuseLater(Refusal(.requestBody, limit: facts.contentBytesMax))
        }
        return taken
    }

    /// Gathers content behind the request's head, and sends when there is no more room.
    ///
    /// - Returns: how many bytes were taken.
    func gather(_ content: Span<UInt8>) -> Int {
        guard outbound.slab != nil else { return 0 }
        if let gathering = outbound.gathering, gathering.isOpen || !gathering.spool.isEmpty {
            return gather(content, in: gathering)
        }
        return append(content)
    }

    /// Appends content, and sends when there is no more room.
    ///
    /// - Returns: how many bytes were taken.
    func append(_ content: Span<UInt8>) -> Int {
        var taken = 0
        while taken < content.count {
            if !outbound.hasRoom { makeRoom() }
            guard !outbound.isChunked || outbound.hasRoom else { break }
            let count = outbound.append(content.extracting(taken..<content.count))
            guard count > 0 else { break }
            taken += count
        }
        return taken
    }

    /// The client has sent its whole request, or ended its direction of a tunnel.
    ///
    /// - Parameter trailers: the trailer section as it was received; empty for none.
    package func endContent(trailers: Span<UInt8>) {
        guard course.verdict == nil else { return }
        if tunnel.isOpen {
            outbound.isEnded = true
            flushRequest()
            if outbound.isSent { outbound.upstream?.endWriting() }
            return
        }
        if let inflation = outbound.inflation, !inflation.isWhole {
            return refuseLater(Refusal(.contentCodingBroken))
        }
        if let gathering = outbound.gathering, endGathering(gathering, trailers: trailers) { return }
        finishContent(trailers: trailers)
    }

    /// All of the content is there.
    func finishContent(trailers: Span<UInt8>) {
        outbound.isEnded = true
        outbound.endChunks(
            trailers: trailers, omitting: balancer?.memberLines.ownNames,
            and: ruling.requestFields?.names, parsedIn: bench.stores.trailers)
        // All of it may have been sent before its end was known: from here on the time is the member's.
        if outbound.isSent { setUpstreamDeadline() }
        noteArrival()
    }

    /// Goes on with the content, after the request was given to a member: what is there is sent, and a client that was
    /// held up for want of room is asked for more.
    func sendOn() {
        flushRequest()
        resumeClient()
    }

    /// Sends what was gathered; called when the client pauses or has sent its request.
    package func flushRequest() {
        sendGathered()
        if let gathering = outbound.gathering { sendSpooled(gathering) }
        restTunnel()
    }

    func sendGathered() {
        guard let upstream = outbound.upstream, upstream.isConnected, !upstream.isWriteBlocked,
            let slab = outbound.slab,
            course.verdict == nil
        else { return }
        guard !facts.wantsTunnel || upstream.takesWebSocket else {
            upstream.close()
            outbound.upstream = nil
            course.failure = .switchUnsupported
            return goElsewhere()
        }
        if step == .chosen { step = .connected }
        outbound.closeChunk()
        let sentBefore = outbound.sentCount
        let end = outbound.sendableCount
        while outbound.sentCount < end {
            let count = upstream.write(slab, outbound.sentCount..<end)
            guard count > 0 else {
                return upstream.expectProgress(withinMillis: progressMillis ?? answerMillis)
            }
            outbound.sentCount += count
            record.sentBytes += count
        }
        if step == .connected, outbound.isSent { step = .sent }
        if outbound.sentCount > sentBefore { setDeadline(of: upstream) }
        outbound.forgetSent()
        if outbound.continuation == .clientAsks, !upstream.continues { sayContinue() }
    }

    /// Sets the time within which the member must go on. While the client still sends, the time is the client's.
    func setUpstreamDeadline() {
        if let upstream = outbound.upstream { setDeadline(of: upstream) }
    }

    func setDeadline(of upstream: any UpstreamStream) {
        if let progressMillis {
            upstream.expectProgress(withinMillis: progressMillis)
        } else {
            upstream.expectNothing()
        }
    }

    /// Milliseconds within which the member must go on; `nil`: it may wait for the client.
    var progressMillis: Int? {
        if tunnel.isOpen || facts.isCall {
            guard let end = facts.callEndMillis else { return tunnelMillis }
            return min(max(0, end - bench.clock.nowMillis), tunnelMillis)
        }
        switch outbound.continuation {
        case .probing: return pingMillis
        case .clientAsks, .declined: return answerMillis
        case .none: return outbound.isEnded || outbound.upstream?.isWriteBlocked == true ? answerMillis : nil
        }
    }

    /// There is a connection to the member, which can be sent the request.
    package func onUpstreamConnected(_ stream: any UpstreamStream) {
        outbound.upstream = stream
        record.connected = bench.clock.now - record.given
        noteAddress()
        sendOn()
    }

    /// The member takes more again.
    package func onUpstreamWritable() {
        flushRequest()
        if tunnel.isOpen, outbound.isSent { outbound.upstream?.endWriting() }
        resumeClient()
    }

    func resumeClient() {
        guard outbound.isClientPaused, outbound.slab != nil || tunnel.isOpen else { return }
        if outbound.gathering?.isOpen != true, !outbound.hasRoom {
            makeRoom()
            guard outbound.slab != nil, outbound.hasRoom else { return }
        }
        outbound.isClientPaused = false
        client?.resumeContent()
    }

    /// Sends what is there and, once content outgrows the slab, gives up the chance to send it again.
    private func makeRoom() {
        sendGathered()
        outbound.makeRoom()
    }

    /// The answer has begun: the request will not be sent again.
    func forgetRequest() {
        guard let slab = outbound.forget(isTunnel: tunnel.isOpen) else { return }
        bench.giveBack(slab)
    }

    /// Milliseconds for the answer's head, or for the next byte of its content.
    var answerMillis: Int {
        let timeouts = bench.settings.timeouts
        if let bounds = ruling.bounds, let own = awaitsAnswer ? bounds.answer : bounds.body {
            return own
        }
        return outbound.memberMillis ?? (awaitsAnswer ? timeouts.answer : timeouts.body)
    }

    /// Milliseconds for the next byte of a tunnel.
    private var tunnelMillis: Int { ruling.bounds?.tunnel ?? bench.settings.timeouts.tunnel }

    /// Milliseconds between two bytes of content.
    var bodyMillis: Int { ruling.bounds?.body ?? bench.settings.timeouts.body }

    /// Milliseconds for which the client may be silent before its request has ended.
    var clientMillis: Int { facts.isCall ? tunnelMillis : bodyMillis }

    /// The client's content did not come in time.
    package func onRequestTimeout() {
        refuse(Refusal(.bodyTimeout, limit: bodyMillis))
    }
}
