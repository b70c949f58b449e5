import Balancing
import Bytes
import HTTP

/// A tunnel: bytes pass unread in both directions, but for the places where frames of a WebSocket end.
///
/// Those are known so that the edge can say itself that it goes away, as either side would (RFC 6455, section 7.4.1).
extension Exchange {
    /// The member has switched protocols.
    func beginTunnel() {
        tunnel.open()
        outbound.becomeTunnel()
        member?.state.beginTunnel()
    }

    /// Lends a slab for what the client of a tunnel sends. A silent tunnel holds none.
    func lendTunnelSlab() {
        if tunnel.isOpen, outbound.slab == nil { outbound.lend(bench.takeSlab()) }
    }

    /// Gives the slab back of which everything was sent.
    func restTunnel() {
        guard tunnel.isOpen, let slab = outbound.takeEmptySlab() else { return }
        bench.giveBack(slab)
    }

    /// Neither side has said anything for `timeouts.tunnel`.
    package func onTunnelIdle() {
        _ = endTunnel(.tunnelTimeout)
    }

    /// Ends the tunnel. Each side to which a frame may be sent is told with 1001; a client that cannot be told is
    /// broken off.
    ///
    /// - Returns: whether the client was told.
    package func endTunnel(_ outcome: Outcome) -> Bool {
        guard let client else { return false }
        record.outcome = outcome
        tellMember()
        let frame = WebSocketClose.goingAway
        let isTold = tunnel.isMemberAtBorder && client.sendContent(frame.span) == frame.count
        outbound.upstream?.close()
        if isTold { client.endContent(trailers: Span(), omitting: nil) }
        finish()
        if isTold { client.onExchangeEnd() } else { client.abort() }
        return isTold
    }

    private func tellMember() {
        guard tunnel.isClientAtBorder, !outbound.isEnded else { return }
        lendTunnelSlab()
        let frame = WebSocketClose.goingAway(maskedWith: bench.random.makeMaskingKey())
        // A member that takes no more has its end without it.
        _ = outbound.slab?.append(frame.span)
        flushRequest()
    }
}
