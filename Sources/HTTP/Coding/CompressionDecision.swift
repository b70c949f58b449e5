/// Whether an answer is compressed, and why not.
public enum CompressionDecision: UInt8, CaseIterable, Sendable {
    /// Content and fields are those of gzip.
    case compress
    /// An answer to HEAD: the fields are those of the compressed answer to GET, content there is none.
    case fieldsOnly
    /// A 304 to a conditional request that held a marked tag.
    case tagOnly
    /// The client does not accept gzip; others would get it.
    case notAccepted
    /// The answer has a content coding already.
    case alreadyCoded
    /// The media type is not on the list, or there is none.
    case mediaType
    /// The content is shorter than the minimum.
    case tooShort
    /// `Cache-Control: no-transform`
    case noTransform
    /// A part of a representation: 206, or `Content-Range`.
    case partial
    /// A digest field speaks of the bytes as they are.
    case digest
    /// There is no content: 1xx, 204, 205, or length 0.
    case noContent
    /// The status, or the method, does not go with compression.
    case status
    /// The balancer does not compress.
    case disabled

    /// What the answer's fields must tell.
    public var change: ResponseRewrite.CodingChange {
        switch self {
        case .compress, .fieldsOnly: .gzip
        case .tagOnly: .taggedOnly
        case .notAccepted: .varies
        case .disabled: .none
        default: .untouched
        }
    }

    /// The name of the decision in logs; it never changes.
    public var code: StaticString {
        switch self {
        case .compress: "gzip"
        case .fieldsOnly: "gzip-fields"
        case .tagOnly: "gzip-tag"
        case .notAccepted: "not-accepted"
        case .alreadyCoded: "already-coded"
        case .mediaType: "media-type"
        case .tooShort: "too-short"
        case .noTransform: "no-transform"
        case .partial: "partial"
        case .digest: "digest"
        case .noContent: "no-content"
        case .status: "status"
        case .disabled: "disabled"
        }
    }
}
