import Bytes

/// Reads parameters (RFC 9110, section 5.6.6): `name=value` with semicolons between, around which white space may
/// stand; between semicolons there may be nothing.
///
/// A value is a token or a quoted string. Without quotes it may hold colons and brackets too, as ports and IPv6
/// addresses are often written so.
struct ParameterReader {
    private var offset: Int
    private let end: Int
    /// Whether reading has ended at something else.
    private(set) var isMalformed = false

    /// A parameter; its value is without quotes, and as it was sent between them.
    struct Parameter {
        let name: Range<Int>
        let value: Range<Int>
    }

    /// Begins with what stands in a range.
    init(_ range: Range<Int>) {
        offset = range.lowerBound
        end = range.upperBound
    }

    /// Reads the next parameter; `nil` at the end, and where there is none.
    mutating func next(in bytes: Span<UInt8>) -> Parameter? {
        skip(in: bytes, semicolons: true)
        guard offset < end else { return nil }
        let name = offset..<bytes.tokenEnd(from: offset, to: end)
        offset = name.upperBound
        if !name.isEmpty, offset < end, bytes[offset] == UInt8(ascii: "="), let value = value(in: bytes) {
            skip(in: bytes, semicolons: false)
            if offset == end || bytes[offset] == UInt8(ascii: ";") { return Parameter(name: name, value: value) }
        }
        isMalformed = true
        offset = end
        return nil
    }

    private mutating func skip(in bytes: Span<UInt8>, semicolons: Bool) {
        while offset < end, bytes[offset].isBlank || semicolons && bytes[offset] == UInt8(ascii: ";") { offset += 1 }
    }

    /// Takes the equals sign, and a token or a quoted string (RFC 9110, section 5.6.4).
    private mutating func value(in bytes: Span<UInt8>) -> Range<Int>? {
        offset += 1
        var start = offset
        guard offset < end, bytes[offset] == UInt8(ascii: "\"") else {
            while offset < end, bytes[offset].isToken || Self.isAddressMark(bytes[offset]) { offset += 1 }
            return offset > start ? start..<offset : nil
        }
        offset += 1
        start = offset
        while offset < end, bytes[offset] != UInt8(ascii: "\"") {
            offset += bytes[offset] == UInt8(ascii: "\\") ? 2 : 1
        }
        guard offset < end else { return nil }
        offset += 1
        return start..<offset - 1
    }

    /// Stands in addresses, ports and hosts, and in no token.
    private static func isAddressMark(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: ":") || byte == UInt8(ascii: "[") || byte == UInt8(ascii: "]")
    }
}
