/// How the end of a message's content is known (RFC 9112, section 6).
public enum Framing: Equatable, Sendable {
    /// There is no content.
    case none
    /// So many bytes, `0 ... Int64.max`.
    case length(UInt64)
    /// Chunks, then trailers.
    case chunked
    /// All bytes until the connection is closed; only of answers.
    case untilClose
}
