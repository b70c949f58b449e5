/// What is changed in an answer head on its way to a client.
public struct ResponseRewrite: Sendable {
    /// The field that frames the content towards the client; for an answer to HEAD and a 304 what a GET would have.
    public var framing: Framing
    /// What is said of the connection.
    public var connection = Persistence.unsaid
    /// Whether the answer switches to WebSocket.
    public var switchesToWebSocket = false
    /// What compression changes.
    public var coding = CodingChange.none
    /// What is replaced in fields' values; `nil` where nothing is.
    public var splices: Splices?

    /// What an answer says of its connection.
    public enum Persistence: UInt8, Sendable {
        /// Nothing: an HTTP/1.1 connection lives on.
        case unsaid
        /// `Connection: close`
        case close
        /// `Connection: keep-alive`, for HTTP/1.0 clients.
        case keepAlive
    }

    /// How the fields tell of compression.
    public enum CodingChange: Equatable, Sendable {
        /// Nothing is changed: the balancer does not compress.
        case none
        /// Left alone for its own reasons; only a tag that looks marked gets the mark of identity.
        case untouched
        /// Left alone, but might be compressed for others: `Vary` says so.
        case varies
        /// A 304 to a conditional request with a marked tag: `ETag` has its mark, `Vary` is set.
        case tagged(EntityTagMark)
        /// Compressed: `Content-Encoding`, `Vary`, a marked `ETag`; no `Accept-Ranges`.
        case coded(ContentCoding)

        var setsVary: Bool {
            switch self {
            case .none, .untouched: false
            case .varies, .tagged, .coded: true
            }
        }

        var mark: EntityTagMark? {
            switch self {
            case .none, .untouched, .varies: nil
            case .tagged(let mark): mark
            case .coded(let coding): EntityTagMark(coding)
            }
        }

        var coding: ContentCoding? {
            guard case .coded(let coding) = self else { return nil }
            return coding
        }
    }

    /// Makes the usual rewrite; the rest is set by its properties.
    public init(framing: Framing) {
        self.framing = framing
    }
}
