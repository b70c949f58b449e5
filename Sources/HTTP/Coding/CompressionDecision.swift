/// Whether an answer is compressed, and why not.
public enum CompressionDecision: Equatable, Sendable {
    /// Content and fields are those of a coding.
    case compress(ContentCoding)
    /// An answer to HEAD: the fields are those of the compressed answer to GET, content there is none.
    case fieldsOnly(ContentCoding)
    /// A 304 to a conditional request that held the tag with this mark.
    case tagOnly(EntityTagMark)
    /// The client accepts none of the codings; others would get one.
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
    /// The breach guard: what another site asked for may stand in the answer beside a session's secrets.
    case reflected
    /// The edge does not compress.
    case disabled

    /// What the answer's fields must tell.
    public var change: ResponseRewrite.CodingChange {
        switch self {
        case .compress(let coding), .fieldsOnly(let coding): .coded(coding)
        case .tagOnly(let mark): .tagged(mark)
        case .notAccepted, .reflected: .varies
        case .disabled: .none
        default: .untouched
        }
    }

    /// The name of the decision in logs and in `X-Martlet-Coding`; it never changes.
    public var code: StaticString {
        switch self {
        case .compress(let coding): coding.token
        case .fieldsOnly(.gzip): "gzip-fields"
        case .fieldsOnly(.brotli): "br-fields"
        case .fieldsOnly(.zstd): "zstd-fields"
        case .tagOnly(.gzip): "gzip-tag"
        case .tagOnly(.brotli): "br-tag"
        case .tagOnly(.zstd): "zstd-tag"
        case .tagOnly(.identity): "identity-tag"
        case .notAccepted: "not-accepted"
        case .alreadyCoded: "already-coded"
        case .mediaType: "media-type"
        case .tooShort: "too-short"
        case .noTransform: "no-transform"
        case .partial: "partial"
        case .digest: "digest"
        case .noContent: "no-content"
        case .status: "status"
        case .reflected: "reflected"
        case .disabled: "disabled"
        }
    }
}

extension CompressionDecision: CaseIterable {
    /// Every decision there is.
    public static let allCases: [CompressionDecision] =
        ContentCoding.allCases.flatMap { [.compress($0), .fieldsOnly($0)] } + EntityTagMark.allCases.map(Self.tagOnly)
        + [
            .notAccepted, .alreadyCoded, .mediaType, .tooShort, .noTransform, .partial, .digest, .noContent, .status,
            .reflected, .disabled,
        ]
}
