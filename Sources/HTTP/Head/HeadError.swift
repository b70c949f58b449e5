/// Why a head was refused, and where.
public struct HeadError: Error, Equatable, Sendable {
    /// What was wrong.
    public let reason: HeadRefusal
    /// Offset of the offending byte in the span that was parsed.
    public let offset: Int
    /// The limit that was passed, where one is involved; else 0.
    public let limit: Int

    /// Makes an error.
    public init(_ reason: HeadRefusal, at offset: Int, limit: Int = 0) {
        self.reason = reason
        self.offset = offset
        self.limit = limit
    }

    /// The status to answer a request with (RFC 9110, section 15); for an answer it is always 502.
    public var status: Int { reason.status }

    /// The name of the reason in logs; it never changes.
    public var code: StaticString { reason.code }
}
