import Bytes

/// IP addresses in digits, read as inet_pton(3) reads them: no zero before another digit, no zone.
enum AddressDigits {
    /// Bytes of the longest address: six groups and an IPv4 address.
    private static let bytesMax = 45

    /// An IPv4 or IPv6 address as 128 bits in network order, IPv4 mapped into IPv6.
    static func bits(_ range: Range<Int>, in bytes: Span<UInt8>) -> UInt128? {
        if let address = ipv4(range, in: bytes) { return mapped(address) }
        return ipv6(range, in: bytes)
    }

    /// An IPv4 address mapped into IPv6 (RFC 4291, section 2.5.5.2).
    static func mapped(_ address: UInt32) -> UInt128 { 0xffff << 32 | UInt128(address) }

    /// Four numbers of 0 to 255 with dots between them.
    static func ipv4(_ range: Range<Int>, in bytes: Span<UInt8>) -> UInt32? {
        var address: UInt32 = 0
        var (octet, digits, dots): (UInt32, Int, Int) = (0, 0, 0)
        for offset in range {
            let byte = bytes[offset]
            if byte.isDigit {
                guard digits == 0 || octet > 0 else { return nil }
                octet = octet * 10 + UInt32(byte &- 0x30)
                digits += 1
                guard octet <= 255 else { return nil }
            } else {
                guard byte == UInt8(ascii: "."), digits > 0, dots < 3 else { return nil }
                address = address << 8 | octet
                (octet, digits, dots) = (0, 0, dots + 1)
            }
        }
        return dots == 3 && digits > 0 ? address << 8 | octet : nil
    }

    /// Eight groups of one to four hexadecimal digits (RFC 4291, section 2.2): `::` stands once for one or more that
    /// are zero, and an IPv4 address for the last two.
    static func ipv6(_ range: Range<Int>, in bytes: Span<UInt8>) -> UInt128? {
        let end = range.upperBound
        guard range.count >= 2, range.count <= bytesMax else { return nil }
        var address: UInt128 = 0
        var groups = 0
        // Groups before the double colon.
        var gap: Int?
        var offset = range.lowerBound
        if bytes[offset] == UInt8(ascii: ":") {
            guard bytes[offset + 1] == UInt8(ascii: ":") else { return nil }
            gap = 0
            offset += 2
        }
        while offset < end {
            let start = offset
            guard groups < 8, let group = group(from: &offset, to: end, in: bytes) else { return nil }
            if offset < end, bytes[offset] == UInt8(ascii: ".") {
                guard groups <= 6, let last = ipv4(start..<end, in: bytes) else { return nil }
                address = address << 32 | UInt128(last)
                groups += 2
                break
            }
            address = address << 16 | UInt128(group)
            groups += 1
            guard offset < end else { break }
            guard bytes[offset] == UInt8(ascii: ":"), offset + 1 < end else { return nil }
            offset += 1
            if bytes[offset] == UInt8(ascii: ":") {
                guard gap == nil else { return nil }
                gap = groups
                offset += 1
            }
        }
        guard let gap else { return groups == 8 ? address : nil }
        guard groups < 8 else { return nil }
        let lowBits = 16 * (groups - gap)
        let low = address & ((1 << lowBits) - 1)
        return (address >> lowBits) << (128 - 16 * gap) | low
    }

    private static func group(from offset: inout Int, to end: Int, in bytes: Span<UInt8>) -> UInt16? {
        let start = offset
        var group: UInt16 = 0
        while offset < end, offset - start < 4, let digit = bytes[offset].hexadecimalValue {
            group = group << 4 | UInt16(digit)
            offset += 1
        }
        return offset > start ? group : nil
    }
}
