import HTTP

/// Where the two directions of an exchange's tunnel stand. Pooled with it.
final class Tunnel {
    /// Whether the protocol was switched.
    private(set) var isOpen = false
    private var clientFrames = WebSocketFrames(isMasked: true)
    private var memberFrames = WebSocketFrames(isMasked: false)

    /// Begins between two frames on either side.
    func open() {
        isOpen = true
        clientFrames = WebSocketFrames(isMasked: true)
        memberFrames = WebSocketFrames(isMasked: false)
    }

    /// Whether the member may be sent a frame of Martlet's, as the client is between two of its own.
    var isClientAtBorder: Bool { clientFrames.isAtBorder }

    /// Whether the client may be sent one.
    var isMemberAtBorder: Bool { memberFrames.isAtBorder }

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

    func reset() {
        isOpen = false
    }
}
