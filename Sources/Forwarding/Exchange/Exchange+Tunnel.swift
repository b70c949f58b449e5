import Balancing
import Bytes
import HTTP

/// A tunnel: bytes pass unread in both directions, but for the places where frames of a WebSocket end.
///
/// Those are known so that the edge can say itself that it goes away, as either side would (RFC 6455, section 7.4.1).
extension Exchange {
    /// The member has switched protocols.
    func beginTunnel() {
        isTunnel = true
        isRequestEnded = false
        clientFrames = WebSocketFrames(isMasked: true)
        memberFrames = WebSocketFrames(isMasked: false)
        member?.state.beginTunnel()
    }

    // Copied out and in: an access that spans the call would be checked for exclusivity at run time.

    /// Follows what the client has sent and the member is to get.
    func followClient(_ bytes: Span<UInt8>) {
        var frames = clientFrames
        frames.consume(bytes)
        clientFrames = frames
    }

    /// Follows what the member has sent and the client's stream has taken.
    func followMember(_ bytes: Span<UInt8>) {
        var frames = memberFrames
        frames.consume(bytes)
        memberFrames = frames
    }

    /// A slab for what the client sends. A silent tunnel holds none.
    func takeTunnelSlab() -> Buffer? {
        guard isTunnel else { return nil }
        let slab = worker.buffers.small()
        request = slab
        return slab
    }

    /// Gives the slab back of which everything was sent.
    func restTunnel() {
        guard isTunnel, let request, request.isEmpty else { return }
        self.request = nil
        worker.buffers.giveBack(request)
    }

    /// Neither side has said anything for `timeouts.tunnel`.
    func onTunnelIdle() {
        _ = endTunnel(.tunnelIdle)
    }

    /// Ends the tunnel. Each side to which a frame may be sent is told with 1001; a client that cannot be told is
    /// broken off.
    ///
    /// - Returns: whether the client was told.
    func endTunnel(_ reason: CancelReason) -> Bool {
        guard let client else { return false }
        record.reason = reason.code
        tellMember()
        // The member's end may have been found meanwhile, and the exchange be over.
        guard self.client === client else { return true }
        let frame = WebSocketClose.goingAway
        let isTold = memberFrames.isAtBorder && client.sendContent(frame.span) == frame.count
        guard self.client === client else { return isTold }
        upstream?.close()
        if isTold { client.endContent(trailers: Span()) }
        finish()
        if isTold { client.onExchangeEnd() } else { client.abort() }
        return isTold
    }

    private func tellMember() {
        guard clientFrames.isAtBorder, !isRequestEnded, let request = request ?? takeTunnelSlab() else { return }
        let frame = WebSocketClose.goingAway(maskedWith: worker.makeMaskingKey())
        // A member that takes no more has its end without it.
        _ = request.append(frame.span)
        flushRequest()
    }
}
