import Bytes

/// Reads a name and a password out of `Authorization` (RFC 7617).
public enum BasicCredentials {
    /// Bytes of a field's value at most.
    public static let fieldBytesMax = 1_024
    /// Bytes of name, colon and password that such a field may hold.
    public typealias Text = InlineArray<768, UInt8>

    /// Where name and password lie in a ``Text``, with a colon between.
    public struct Parts: Sendable, Equatable {
        /// Bytes of the name.
        public let nameCount: Int
        /// Bytes of all of it.
        public let count: Int
    }

    /// Reads a field.
    ///
    /// - Parameters:
    ///   - value: the field's, without white space around it.
    ///   - text: gets name, colon and password.
    /// - Returns: `nil` where it is of another scheme, too long, broken, or has a character of control (section 2): a
    ///   NUL would be a password's end to some.
    public static func decode(_ value: Span<UInt8>, into text: inout Text) -> Parts? {
        guard value.count <= fieldBytesMax, value.count > 6, value.extracting(0..<5).equalsIgnoringCase("basic"),
            value[5] == UInt8(ascii: " ")
        else { return nil }
        var start = 6
        while start < value.count, value[start] == UInt8(ascii: " ") { start += 1 }
        guard let count = decode(base64: value.extracting(start..<value.count), into: &text) else { return nil }
        var nameCount: Int?
        for index in 0..<count {
            let byte = text[index]
            if byte < 0x20 || byte == 0x7F { return nil }
            if nameCount == nil, byte == UInt8(ascii: ":") { nameCount = index }
        }
        guard let nameCount else { return nil }
        return Parts(nameCount: nameCount, count: count)
    }

    /// Decodes base64 with its padding (RFC 4648, section 4).
    private static func decode(base64 digits: Span<UInt8>, into text: inout Text) -> Int? {
        guard !digits.isEmpty, digits.count % 4 == 0 else { return nil }
        var end = digits.count
        while end > digits.count - 2, digits[end - 1] == UInt8(ascii: "=") { end -= 1 }
        var (bits, bitCount, count): (UInt32, Int, Int) = (0, 0, 0)
        for index in 0..<end {
            guard let value = value(of: digits[index]) else { return nil }
            bits = bits << 6 | value
            bitCount += 6
            guard bitCount >= 8 else { continue }
            bitCount -= 8
            text[count] = UInt8(truncatingIfNeeded: bits >> UInt32(bitCount))
            count += 1
        }
        return count
    }

    private static func value(of digit: UInt8) -> UInt32? {
        switch digit {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"): UInt32(digit) - 0x41
        case UInt8(ascii: "a")...UInt8(ascii: "z"): UInt32(digit) - 0x61 + 26
        case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt32(digit) - 0x30 + 52
        case UInt8(ascii: "+"): 62
        case UInt8(ascii: "/"): 63
        default: nil
        }
    }
}
