import Bytes
import HTTP
import Model
import Reactor

/// Requests that are gathered before a member is asked (`buffering`), so that a slow client does not hold it, and that
/// all of them can be sent again: behind the head as far as the slab has room, then in a spool.
///
/// What is gathered whole is sent with a length. What is more than may wait goes through the spool to its member, as it
/// comes; so does what has trailers, which need chunks.
extension Exchange {
    /// Makes ready to gather the request's content, if it is to be gathered.
    func beginGathering(_ head: borrowing RequestHead, by buffering: Buffering) {
        guard let terms = buffering.requests, buffering.gathersAll || outbound.isChunked, !facts.wantsTunnel,
            !facts.isCall
        else { return }
        if !outbound.isChunked, case .length(let count) = head.framing, count > UInt64(terms.bytesMax) {
            record.buffered.insert(.through)
            return
        }
        let gathering = bench.spools.takeGathering(terms, for: self)
        gathering.mustBeWhole = balancer?.gateway != nil && outbound.isChunked
        gathering.installation = bench.edge.installation
        outbound.gathering = gathering
    }

    /// Whether a member may be asked. Until then the client is told to go on, if it waits for that.
    func isGathered() -> Bool {
        guard let gathering = outbound.gathering else { return true }
        guard gathering.isOpen else {
            gathering.isDue = false
            return true
        }
        // Its stream may be in the middle of handing the head over.
        if outbound.continuation == .clientAsks { bench.turnEnd.call(self) }
        return false
    }

    /// Gathers content.
    ///
    /// - Returns: how many bytes were taken.
    func gather(_ content: Span<UInt8>, in gathering: RequestGathering) -> Int {
        let spool = gathering.spool
        var taken = gathering.isOpen && spool.isUnused ? outbound.appendUnframed(content) : 0
        if taken < content.count { taken += spool.append(content.extracting(taken..<content.count)) }
        gathering.count += taken
        // Where the disk is at work, it goes on when that is done.
        if gathering.isOpen, taken < content.count, !spool.isWorking { letThrough(gathering) }
        return taken
    }

    /// There is no room for all of it.
    private func letThrough(_ gathering: RequestGathering) {
        guard !gathering.mustBeWhole else {
            let hasNoFile = gathering.spool.hasNoFile
            return refuseLater(
                hasNoFile ? Refusal(.filesBusy) : Refusal(.lengthUnknown, limit: gathering.count))
        }
        record.buffered.insert(.through)
        passThrough(gathering)
    }

    /// From here on content goes to its member as it comes.
    private func passThrough(_ gathering: RequestGathering) {
        gathering.state = .through
        gathering.spool.forget()
        outbound.frameGathered()
        call(for: gathering)
    }

    /// The client has sent its whole request.
    ///
    /// - Returns: whether that is all for now; if not, its content ends as any does.
    func endGathering(_ gathering: RequestGathering, trailers: Span<UInt8>) -> Bool {
        switch gathering.state {
        case .open:
            step = .gathered
            record.buffered.insert(.request)
            guard outbound.isChunked, trailers.count > 2, !gathering.mustBeWhole else {
                gathering.state = .whole
                outbound.settleLength(gathering.count)
                outbound.isEnded = true
                call(for: gathering)
                return true
            }
            passThrough(gathering)
        case .whole: return true
        case .through: break
        }
        guard !gathering.spool.isEmpty else { return false }
        gathering.end(trailers: trailers)
        return true
    }

    /// A member is looked for at the end of the turn, as the client's stream is in the middle of something.
    private func call(for gathering: RequestGathering) {
        gathering.isDue = true
        bench.turnEnd.call(self)
    }

    /// Has the client go on, or looks for a member.
    func onTurnEnd(of gathering: RequestGathering) {
        // Who waits for a password to be checked is told to go on, or given to a member, when it is.
        guard !isHeld, outbound.upstream == nil else { return }
        guard !gathering.isOpen else {
            if outbound.continuation == .clientAsks { sayContinue() }
            return
        }
        guard gathering.isDue else { return }
        if gathering.installation != bench.edge.installation { moveWhileWaiting(to: bench.edge) }
        attempt()
        sendOn()
    }

    /// There is more room, or more to be read.
    func goOn(_ gathering: RequestGathering) {
        if !gathering.isOpen { flushRequest() }
        resumeClient()
    }

    // MARK: - Sending

    /// Sends what was gathered behind the slab.
    func sendSpooled(_ gathering: RequestGathering) {
        switch gathering.state {
        case .open: return
        case .whole: sendWhole(gathering)
        case .through: sendThrough(gathering)
        }
    }

    private func sendWhole(_ gathering: RequestGathering) {
        guard let upstream = outbound.upstream, upstream.isConnected, !upstream.isWriteBlocked, course.verdict == nil,
            !gathering.spool.isEmpty, outbound.continuation == .none || outbound.continuation == .clientAsks,
            outbound.slab?.count ?? 0 == outbound.sentCount
        else { return }
        let spool = gathering.spool
        let number = spool.number
        while case .piece(let slab, let range) = spool.front() {
            guard spool.mayGoOn(in: bench.clock.turn) else { return bench.nextTurn.call(self) }
            let count = upstream.write(slab, range)
            guard spool.number == number else { return }
            guard count > 0 else { return upstream.expectProgress(withinMillis: progressMillis ?? answerMillis) }
            spool.consume(count)
            record.sentBytes += count
        }
        if case .lost = spool.front() { return refuseLater(Refusal(.fileBroken)) }
        if step == .connected, outbound.isSent { step = .sent }
        setDeadline(of: upstream)
    }

    /// Hands on what waits in the spool as if it had come now.
    private func sendThrough(_ gathering: RequestGathering) {
        guard outbound.upstream?.isConnected == true, course.verdict == nil, !gathering.spool.isEmpty else { return }
        let spool = gathering.spool
        let number = spool.number
        while case .piece(let slab, let range) = spool.front() {
            guard spool.mayGoOn(in: bench.clock.turn) else { return bench.nextTurn.call(self) }
            let taken = slab.withReadable { append($0.extracting(range)) }
            guard spool.number == number else { return }
            spool.consume(taken)
            if taken < range.count { return }
        }
        if case .lost = spool.front() { return refuseLater(Refusal(.fileBroken)) }
        guard spool.isEmpty else { return }
        if gathering.hasEnded {
            let trailers = gathering.trailers
            finishContent(trailers: trailers.span)
        }
        sendGathered()
    }
}
