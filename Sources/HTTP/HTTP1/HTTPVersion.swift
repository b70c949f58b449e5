import Bytes

/// The version of HTTP that a client speaks, and how it is read from a message (RFC 9112, section 2.3).
public enum HTTPVersion: UInt8, Sendable {
    case http10, http11, http2

    /// The version as CGI has it (RFC 3875, section 4.1.16).
    public var name: StaticString {
        switch self {
        case .http10: "HTTP/1.0"
        case .http11: "HTTP/1.1"
        case .http2: "HTTP/2.0"
        }
    }

    /// Reads `HTTP/1.x`, eight bytes.
    ///
    /// - Returns: 0 for HTTP/1.0, 1 for every later minor version (RFC 9110, section 2.5).
    @inline(__always)
    static func minor(in bytes: Span<UInt8>, at offset: Int) throws(HeadError) -> UInt8 {
        guard offset + 8 <= bytes.count else { throw HeadError(.incomplete, at: bytes.count) }
        let word = bytes.word(at: offset)
        if word == UInt64(ascii: "HTTP/1.1") { return 1 }
        return try slowMinor(word, at: offset)
    }

    private static func slowMinor(_ word: UInt64, at offset: Int) throws(HeadError) -> UInt8 {
        let text = word & 0x00FF_00FF_FFFF_FFFF
        let major = UInt8(truncatingIfNeeded: word >> 40)
        let minor = UInt8(truncatingIfNeeded: word >> 56)
        guard text & 0x00FF_0000_0000_0000 == UInt64(0x2E) << 48, text & 0xFF_FFFF_FFFF == UInt64(ascii: "HTTP/"),
            major.isDigit, minor.isDigit
        else { throw HeadError(.versionMalformed, at: offset) }
        guard major == UInt8(ascii: "1") else { throw HeadError(.versionUnsupported, at: offset) }
        return minor == UInt8(ascii: "0") ? 0 : 1
    }
}
