/// Why a client's connection was closed before its time, for the event log: with a request under way, or none. What
/// becomes of a request is an ``Outcome``.
enum CloseReason {
    case introductionTimeout
    case introductionFailed(String)
    /// The event log was told.
    case connectionsLimit
    case handshakeTimeout
    case handshakeFailed(String)
    case clientGone
    case broken(String)
    case writeTimeout
    case answerTooSlow(least: Int)
    /// The event log is told once a period.
    case memoryShort
    case lingerTimeout
    case headTimeout
    case tooManyGlitches(String, limit: Int)
    case drained

    /// What the log says; `nil` for what is everyday and says nothing about the edge.
    var words: String? {
        switch self {
        case .introductionTimeout: "PROXY header not finished in time"
        case .introductionFailed(let words): "no PROXY header of a proxy that must send one: \(words)"
        case .handshakeTimeout: "TLS handshake not finished in time"
        case .handshakeFailed(let words): "TLS handshake failed: \(words)"
        case .broken(let words): "connection broken: \(words)"
        case .writeTimeout: "the client has not read its answer for too long"
        case .answerTooSlow(let least):
            "the client reads its answer more slowly than limits.answer-body-rate (\(least) bytes a second)"
        case .headTimeout: "header block not finished in time"
        case .tooManyGlitches(let words, let limit): "told to be calm: \(words); limits.http2-glitches is \(limit)"
        case .drained: "cut at the end of the drain time"
        case .clientGone, .lingerTimeout, .connectionsLimit, .memoryShort: nil
        }
    }

    /// What becomes of all requests that are under way; `nil`: nothing but that their client is gone.
    var outcome: Outcome? {
        switch self {
        case .answerTooSlow: .answerTooSlow
        case .memoryShort: .memoryShort
        default: nil
        }
    }
}
