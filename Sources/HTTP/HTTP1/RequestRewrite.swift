/// What is changed in a request head on its way to a member.
public struct RequestRewrite: ~Copyable, Sendable {
    /// The field that frames the content towards the member.
    public var framing: Framing
    /// Whether a WebSocket is asked for.
    public var asksForWebSocket = false
    /// Whether members are told of the client in `X-Forwarded-…` and `X-Real-IP`.
    public var writesXForwarded = true
    /// Whether members are told of the client in `Forwarded` (RFC 7239).
    public var writesForwarded = false
    /// What a trusted peer has said of the client behind it.
    public var approach = Approach()
    /// Whether the peer speaks TLS.
    public var isSecure = false
    /// Whether the peer may speak for the clients behind it in `X-Forwarded-…`: `X-Forwarded-For` is appended to
    /// rather than replaced, and its other `X-Forwarded-…` fields are kept. (Kept, not appended to: behind a
    /// TLS-terminating proxy, a member that read `https, http` would redirect forever.)
    public var peerIsTrusted = false
    /// Whether the marks of compressed answers are taken off the tags of `If-Match`; see ``EntityTagMark``.
    public var undoesMarks = false
    /// Those that are taken off in `If-None-Match`: of what the client can read, as a 304 would name what it cannot
    /// have.
    public var undoneCodings: ContentCodings = []
    /// Whether the content is handed on inflated, so that `Content-Encoding` speaks of it no more.
    public var inflatesContent = false
    /// What is replaced in the target and in fields' values; `nil` where nothing is.
    public var splices: Splices?

    /// Whether `Host` is left out, because somebody else writes it.
    public var omitsHost = false

    /// Makes the usual rewrite; the rest is set by its properties.
    public init(framing: Framing) {
        self.framing = framing
    }
}
