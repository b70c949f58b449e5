import Bytes
import HTTP
import Reactor

/// Answers that wait for their clients, so that members do not (`buffering`).
///
/// What the client takes at once goes to it at once: only the rest waits, behind all filters. Once the member has said
/// everything it is let go of, and the spool is all that the client still waits for.
extension Exchange {
    /// Lets the answer's content wait for its client, where that is declared.
    func beginBuffering() {
        guard let balancer, let terms = buffering(of: balancer)?.answers, !facts.isCall else { return }
        body.begin(bench.spools.take(terms, for: self))
    }

    /// What waits of the balancer's exchanges, or of those of the site's path.
    func buffering(of balancer: Balancer) -> Buffering? {
        guard ruling.traits.contains(.buffering), let place = ruling.place else { return balancer.buffering }
        return place.buffering(of: balancer)
    }

    /// Sends what the client takes, and keeps the rest.
    ///
    /// - Returns: how many bytes were taken; when fewer than given, the connection is resumed later.
    func keep(_ content: Span<UInt8>, for client: any ClientStream) -> Int {
        var sent = 0
        let taken = body.send(content, to: client, sent: &sent)
        record.receivedBytes += taken
        record.contentBytes += sent
        noteBuffering()
        return taken
    }

    /// Notes for the log whether something has waited.
    func noteBuffering() {
        if !body.isSpoolEmpty { record.buffered.insert(.answer) }
    }

    /// Sends what waits.
    ///
    /// - Returns: whether the exchange goes on.
    func sendSpooled() -> Bool {
        guard let client else { return true }
        var sent = 0
        switch body.sendSpooled(to: client, sent: &sent, turn: bench.clock.turn) {
        case .over: return false
        case .goesOn:
            record.contentBytes += sent
            return true
        case .nextTurn:
            record.contentBytes += sent
            bench.nextTurn.call(self)
            client.flush()
            return true
        case .lost:
            record.contentBytes += sent
            onSpoolLost()
            return false
        }
    }

    /// The member has done its part, where what is left waits here.
    func releaseIfBuffered() {
        if body.spool != nil { releaseMember() }
    }
}

extension Exchange: SpoolOwner, NextTurnHandler {
    /// Goes on with what waits of the request, and of the answer.
    package func onSpool() {
        if let gathering = outbound.gathering { goOn(gathering) }
        if body.spool != nil { goOnWithAnswer() }
    }

    /// Goes on where the last turn's part was sent.
    package func onNextTurn() {
        onSpool()
    }

    /// Ends what cannot be sent whole any more.
    package func onSpoolLost() {
        body.dropSpool(to: bench)
        if body.isBroken { breakOff() } else { refuse(Refusal(.fileBroken)) }
    }
}
