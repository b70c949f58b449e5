/// A content coding that answers can be given (RFC 9110, section 8.4.1).
public enum ContentCoding: UInt8, CaseIterable, Sendable {
    /// RFC 1952.
    case gzip
    /// RFC 7932.
    case brotli
    /// RFC 8878.
    case zstd

    /// The registered name, as `Accept-Encoding` and `Content-Encoding` have it.
    public var token: StaticString {
        switch self {
        case .gzip: "gzip"
        case .brotli: "br"
        case .zstd: "zstd"
        }
    }
}
