import Bytes

/// A token as text: base64url (RFC 4648, section 5) of 51 bytes, which are 68 characters without padding and without a
/// spare bit, so that each token has one text only.
public enum TokenText {
    /// Bytes of a token: epoch, nonce, ``SealedRoute/bytes``, tag.
    public static let bytes = 51
    /// Characters of its text.
    public static let count = 68

    /// Writes a token's text.
    ///
    /// - Parameter token: of ``bytes`` bytes.
    public static func encode(_ token: Span<UInt8>) -> InlineArray<68, UInt8> {
        precondition(token.count == bytes, "a token has a fixed length")
        var text = InlineArray<68, UInt8>(repeating: 0)
        for group in 0..<17 {
            let (a, b, c) = (token[group * 3], token[group * 3 + 1], token[group * 3 + 2])
            let bits = Int(a) << 16 | Int(b) << 8 | Int(c)
            for place in 0..<4 { text[group * 4 + place] = character(bits >> (18 - 6 * place) & 63) }
        }
        return text
    }

    /// Reads a token.
    ///
    /// - Returns: `nil` when the text has another length or other characters.
    public static func decode(_ text: Span<UInt8>) -> InlineArray<51, UInt8>? {
        guard text.count == count else { return nil }
        var token = InlineArray<51, UInt8>(repeating: 0)
        for group in 0..<17 {
            var bits = 0
            for place in 0..<4 {
                guard let value = value(text[group * 4 + place]) else { return nil }
                bits = bits << 6 | value
            }
            for place in 0..<3 { token[group * 3 + place] = UInt8(truncatingIfNeeded: bits >> (16 - 8 * place)) }
        }
        return token
    }

    private static func character(_ value: Int) -> UInt8 {
        switch value {
        case 0..<26: UInt8(ascii: "A") + UInt8(value)
        case 26..<52: UInt8(ascii: "a") + UInt8(value - 26)
        case 52..<62: UInt8(ascii: "0") + UInt8(value - 52)
        case 62: UInt8(ascii: "-")
        default: UInt8(ascii: "_")
        }
    }

    private static func value(_ character: UInt8) -> Int? {
        switch character {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"): Int(character - UInt8(ascii: "A"))
        case UInt8(ascii: "a")...UInt8(ascii: "z"): Int(character - UInt8(ascii: "a")) + 26
        case UInt8(ascii: "0")...UInt8(ascii: "9"): Int(character - UInt8(ascii: "0")) + 52
        case UInt8(ascii: "-"): 62
        case UInt8(ascii: "_"): 63
        default: nil
        }
    }
}
