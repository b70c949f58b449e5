import HTTP
import Reactor

/// How a connection to a member failed, by which a ``Course`` finds what to do next. A request may outlive several of
/// these; what it comes to itself is an ``Outcome``.
package enum UpstreamFailure {
    /// It could not be made.
    case connect(String)
    /// It was not made in time.
    case connectTimeout
    /// The member takes fewer streams on a connection than were to share it; nothing was sent.
    case crowded
    /// The answer did not begin in time.
    case answerTimeout
    /// The member says that it has not looked at the request (RFC 9113, section 8.7).
    case unprocessed(String)
    /// So it says of those behind the last one that it takes on a connection that has served: it ends it in good order.
    case goneAway(String)
    /// It was made for this request, and ended before the answer's head was whole.
    case dropped(String)
    /// It was kept behind another request, and ended before the first byte.
    case stale(String)
    /// It broke or brought something that is not an answer.
    case broken(String)
    /// It brought a head that is larger than `limits` allow.
    case headTooLarge(String, limit: Int)

    /// What it brought is no head of an answer, or one that is too large.
    static func unreadable(_ error: HeadError) -> UpstreamFailure {
        switch error.reason {
        case .headTooLarge, .tooManyFields, .fieldTooLong:
            .headTooLarge(error.code.description, limit: error.limit)
        default: .broken(error.code.description)
        }
    }

    /// The limit that was passed, where one is involved; else 0.
    var limit: Int { if case .headTooLarge(_, let limit) = self { limit } else { 0 } }

    /// What the access log says of the try that it has ended.
    var code: StaticString {
        switch self {
        case .connect: "connect-failed"
        case .connectTimeout: Outcome.connectTimeout.code
        case .crowded: "crowded"
        case .answerTimeout: Outcome.answerTimeout.code
        case .unprocessed, .goneAway: "unprocessed"
        case .dropped: "dropped"
        case .broken, .stale: Outcome.answerBroken.code
        case .headTooLarge: Outcome.answerHeadTooLarge.code
        }
    }

    /// What the event log says.
    func words(_ address: SocketAddress?) -> String {
        let place = address.map { "\($0): " } ?? ""
        return switch self {
        case .connect(let words), .unprocessed(let words), .goneAway(let words), .dropped(let words),
            .stale(let words), .broken(let words), .headTooLarge(let words, _):
            place + words
        case .connectTimeout: place + "no connection in time"
        case .crowded: place + "no room on the connection"
        case .answerTimeout: place + "no answer in time"
        }
    }
}
