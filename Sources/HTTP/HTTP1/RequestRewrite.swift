/// What is changed in a request head on its way to a member.
public struct RequestRewrite: Sendable {
    /// The field that frames the content towards the member.
    public var framing: Framing
    /// Whether the client came over TLS: what `X-Forwarded-Proto` tells.
    public var isSecure: Bool
    /// Whether a WebSocket is asked for.
    public var asksForWebSocket = false
    /// Whether the peer may speak for the clients behind it: `X-Forwarded-For` is appended to rather than replaced, and
    /// its other `X-Forwarded-…` fields are kept. (Kept, not appended to: behind a TLS-terminating proxy, a member that
    /// read `https, http` would redirect forever.)
    public var peerIsTrusted = false
    /// Whether the mark of compressed answers is taken off the tags of `If-Match`; see ``EntityTagMark``.
    public var undoesMatchMark = false
    /// The same for `If-None-Match`: for clients that accept gzip, as a 304 to others would name what they cannot have.
    public var undoesNoneMatchMark = false

    /// Makes the usual rewrite; the rest is set by its properties.
    public init(framing: Framing, isSecure: Bool) {
        self.framing = framing
        self.isSecure = isSecure
    }
}
