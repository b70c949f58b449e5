/// The bytes that a client begins HTTP/2 with (RFC 9113, section 3.4).
public enum HTTP2Preface {
    /// What the first bytes of a connection say.
    public enum Match: Sendable {
        case whole, partly, not
    }

    private static let preface = Array("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".utf8)

    /// Whether a connection's first bytes are the preface, or may become it.
    public static func begins(_ bytes: Span<UInt8>) -> Match {
        let count = min(bytes.count, preface.count)
        for offset in 0..<count where bytes[offset] != preface[offset] { return .not }
        return count < preface.count ? .partly : .whole
    }
}
