/// What a client may do over HTTP/2, and what is abuse when it does it often (RFC 9113, section 10.5).
public enum HTTP2Glitch: Int, CaseIterable, Sendable {
    /// A stream that is given up before its answer: rapid reset (CVE-2023-44487).
    case reset
    /// A stream that we had to give up because of what the client has sent: MadeYouReset (CVE-2025-8671).
    case provokedReset
    /// A piece of a header block that did not fit into one frame (CVE-2024-27316).
    case continuation
    /// DATA or HEADERS with nothing in it that ends nothing.
    case emptyFrame
    case settings, ping, priority
    /// A window that is opened although nothing was sent that it could be for.
    case window
    /// A frame of a type that is not known.
    case unknownFrame
    /// DATA or HEADERS on a stream that is over, beyond what may have been under way.
    case strayFrame
    /// An acknowledgement of something that was not sent.
    case acknowledgement
    /// A farewell: one would do.
    case goAway
    /// A head that was refused.
    case refusedHead

    /// The kind's name in the log; it never changes.
    public var code: StaticString {
        switch self {
        case .reset: "reset"
        case .provokedReset: "provoked-reset"
        case .continuation: "continuation"
        case .emptyFrame: "empty-frame"
        case .settings: "settings"
        case .ping: "ping"
        case .priority: "priority"
        case .window: "window"
        case .unknownFrame: "unknown-frame"
        case .strayFrame: "stray-frame"
        case .acknowledgement: "acknowledgement"
        case .goAway: "goaway"
        case .refusedHead: "refused-head"
        }
    }
}
