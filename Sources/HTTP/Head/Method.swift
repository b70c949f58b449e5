import Bytes

/// A request's method (RFC 9110, section 9; RFC 5789).
public enum Method: UInt8, Sendable {
    case get, head, post, put, delete, options, patch, trace, connect
    /// Any other token; its bytes are ``RequestHead/methodRange``.
    case other

    /// Whether a request may be sent again without harm when its answer did not come (RFC 9110, section 9.2.2).
    public var isIdempotent: Bool {
        switch self {
        case .get, .head, .put, .delete, .options, .trace: true
        case .post, .patch, .connect, .other: false
        }
    }

    /// Finds a method, whose case matters.
    init(in bytes: Span<UInt8>, at offset: Int, count: Int) {
        // A NUL at the end would read like the padding.
        guard count > 0, count <= 8, bytes[offset + count - 1] != 0 else {
            self = .other
            return
        }
        self = Self.find(bytes.word(at: offset, count: count))
    }

    private static func find(_ word: UInt64) -> Method {
        switch word {
        case UInt64(ascii: "GET"): .get
        case UInt64(ascii: "POST"): .post
        case UInt64(ascii: "HEAD"): .head
        case UInt64(ascii: "PUT"): .put
        case UInt64(ascii: "DELETE"): .delete
        case UInt64(ascii: "OPTIONS"): .options
        case UInt64(ascii: "PATCH"): .patch
        case UInt64(ascii: "TRACE"): .trace
        case UInt64(ascii: "CONNECT"): .connect
        default: .other
        }
    }

    /// Whether the token is a known method but for the case of its letters.
    ///
    /// A member that ignores case would frame the answer to `head` differently from Martlet.
    static func isMiscased(in bytes: Span<UInt8>, at offset: Int, count: Int) -> Bool {
        guard count <= 8 else { return false }
        var upper: UInt64 = 0
        for index in 0..<count {
            let byte = bytes[offset + index]
            upper |= UInt64(byte &- 0x61 < 26 ? byte ^ 0x20 : byte) << UInt64(8 * index)
        }
        return find(upper) != .other
    }
}
