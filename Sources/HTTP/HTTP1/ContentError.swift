/// Why a message's content was refused, and where.
public struct ContentError: Error, Equatable, Sendable {
    /// What was wrong.
    public let reason: Reason
    /// Offset of the offending byte in the span that was being decoded.
    public let offset: Int
    /// The limit that was passed, where one is involved; else 0.
    public let limit: Int

    /// What can be wrong with content.
    public enum Reason: UInt8, CaseIterable, Sendable {
        case bareLineFeed, bareCarriageReturn, controlByte
        case chunkSizeMalformed, chunkSizeOverflow, chunkEndMissing
        case chunkLineTooLong, chunkExtensionMalformed, chunkExtensionsTooLong, trailersTooLarge, trailersMalformed
        case truncated

        /// The status to answer a request with, if no answer has begun; for an answer it is 502.
        public var status: Int { self == .trailersTooLarge ? 431 : 400 }

        /// The name of the reason in logs; it never changes.
        public var code: StaticString {
            switch self {
            case .bareLineFeed: "content-bare-line-feed"
            case .bareCarriageReturn: "content-bare-carriage-return"
            case .controlByte: "content-control-byte"
            case .chunkSizeMalformed: "chunk-size-malformed"
            case .chunkSizeOverflow: "chunk-size-overflow"
            case .chunkEndMissing: "chunk-end-missing"
            case .chunkLineTooLong: "chunk-line-too-long"
            case .chunkExtensionMalformed: "chunk-extension-malformed"
            case .chunkExtensionsTooLong: "chunk-extensions-too-long"
            case .trailersTooLarge: "trailers-too-large"
            case .trailersMalformed: "trailers-malformed"
            case .truncated: "content-truncated"
            }
        }
    }

    /// Makes an error.
    public init(_ reason: Reason, at offset: Int, limit: Int = 0) {
        self.reason = reason
        self.offset = offset
        self.limit = limit
    }

    /// The status to answer a request with, if no answer has begun; for an answer it is 502.
    public var status: Int { reason.status }

    /// The name of the reason in logs; it never changes.
    public var code: StaticString { reason.code }
}
