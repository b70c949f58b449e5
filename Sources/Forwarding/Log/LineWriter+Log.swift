import Bytes

/// What log lines are made of.
extension LineWriter {
    /// Writes what has nothing to be escaped, such as a name of the configuration.
    mutating func put(plain text: String) {
        put(text.utf8.span)
    }

    mutating func put(plain bytes: [UInt8]) {
        put(bytes.span)
    }

    /// Writes bytes so that a line stays one line and valid JSON (RFC 8259, section 7), whatever a client has sent.
    mutating func put(escaping bytes: Span<UInt8>) {
        var start = 0
        while let offset = bytes.firstOffsetToEscape(from: start) {
            put(bytes.extracting(start..<offset))
            put(escaping: bytes[offset])
            start = offset + 1
        }
        put(bytes.extracting(start...))
    }

    mutating func put(escaping bytes: [UInt8], as style: LogForm.Style = .quoted) {
        put(escaping: bytes.span, as: style)
    }

    mutating func put(escaping bytes: ArraySlice<UInt8>, as style: LogForm.Style) {
        put(escaping: bytes.span, as: style)
    }

    /// Writes what a client may have written, so that it ends where the line says.
    mutating func put(escaping bytes: Span<UInt8>, as style: LogForm.Style) {
        guard case .bare(let follower) = style else { return put(escaping: bytes) }
        for offset in bytes.indices {
            let byte = bytes[offset]
            if byte == UInt8(ascii: " ") || byte == follower { put(code: byte) } else { put(escaping: byte) }
        }
    }

    /// Writes a byte so that a line stays one line; other characters than those of control stay as they are.
    mutating func put(escapingControl byte: UInt8) {
        if byte < 0x20 || byte == 0x7f { put(escaping: byte) } else { put(byte: byte) }
    }

    /// Writes a byte as ``put(escaping:)`` writes many.
    mutating func put(escaping byte: UInt8) {
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"):
            put(byte: UInt8(ascii: "\\"))
            put(byte: byte)
        case 0x20..<0x7f:
            put(byte: byte)
        default:
            put(code: byte)
        }
    }

    private mutating func put(code byte: UInt8) {
        put("\\u00")
        put(byte: Self.digit(byte >> 4))
        put(byte: Self.digit(byte & 15))
    }

    private static func digit(_ value: UInt8) -> UInt8 {
        value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: "a") + value - 10
    }
}
