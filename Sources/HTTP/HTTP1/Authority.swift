import Bytes

/// Host and port of an authority (RFC 3986, section 3.2), which must have no userinfo.
///
/// Stricter than the grammar: a name consists of letters, digits, `-`, `.` and `_`, since no name with anything else
/// can be a site, and percent-encoded or delimiting bytes in it only serve to confuse a member.
struct Authority {
    var host: Range<Int>
    var port: UInt16?

    @inline(__always)
    init(_ bytes: Span<UInt8>, _ range: Range<Int>, refusal: HeadRefusal) throws(HeadError) {
        var offset = range.lowerBound
        let end = range.upperBound
        if offset < end, bytes[offset] == UInt8(ascii: "[") {
            offset = try Self.addressEnd(bytes, range, refusal: refusal)
        } else {
            while offset < end, bytes[offset].isHostName { offset += 1 }
        }
        guard offset > range.lowerBound else { throw HeadError(refusal, at: offset) }
        host = range.lowerBound..<offset
        port = nil
        if offset == end { return }
        guard bytes[offset] == UInt8(ascii: ":") else { throw HeadError(refusal, at: offset) }
        port = try Self.port(bytes, (offset + 1)..<end, refusal: refusal)
    }

    /// Checks the shape of an IPv6 address in brackets; whether it is one does not matter, as it is compared only.
    private static func addressEnd(
        _ bytes: Span<UInt8>, _ range: Range<Int>, refusal: HeadRefusal
    ) throws(HeadError) -> Int {
        var offset = range.lowerBound + 1
        var colons = 0
        while offset < range.upperBound {
            let byte = bytes[offset]
            if byte == UInt8(ascii: "]") {
                guard colons >= 2 else { break }
                return offset + 1
            }
            guard byte == UInt8(ascii: ":") || byte == UInt8(ascii: ".") || byte.hexadecimalValue != nil else { break }
            if byte == UInt8(ascii: ":") { colons += 1 }
            offset += 1
        }
        throw HeadError(refusal, at: offset)
    }

    /// Reads a port of 0 to 5 digits; none is as if there were no colon.
    private static func port(
        _ bytes: Span<UInt8>, _ range: Range<Int>, refusal: HeadRefusal
    ) throws(HeadError) -> UInt16? {
        guard range.count <= 5 else { throw HeadError(refusal, at: range.lowerBound) }
        if range.isEmpty { return nil }
        var number = 0
        for offset in range {
            guard bytes[offset].isDigit else { throw HeadError(refusal, at: offset) }
            number = number * 10 + Int(bytes[offset] &- 0x30)
        }
        guard number <= 65535 else { throw HeadError(refusal, at: range.lowerBound) }
        return UInt16(number)
    }
}

extension UInt8 {
    /// May stand in a host name: letters, digits, `-`, `.` and `_`.
    @inline(__always)
    fileprivate var isHostName: Bool {
        let low: UInt64 = 0x03FF_6000_0000_0000
        let high: UInt64 = 0x07FF_FFFE_87FF_FFFE
        let mask = self & 0x40 == 0 ? low : high
        return self < 0x80 && mask &>> UInt64(self & 0x3F) & 1 == 1
    }
}
