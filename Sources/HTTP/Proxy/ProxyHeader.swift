import Bytes

/// What a connection begins with when a proxy introduces its client: the PROXY protocol, versions 1 and 2.
///
/// Read from all bytes that have come so far, which may be read again when more have: a verdict that is not ``more``
/// is that of the same bytes with any others behind them.
public enum ProxyHeader: Equatable, Sendable {
    /// What has come begins a header, and does not end it.
    case more
    /// The connection begins with something else; not a byte of it is a header's.
    case none
    /// The proxy names the connection that it stands for.
    ///
    /// - Parameter count: the header's bytes; what the client sends begins behind them.
    case header(source: Endpoint, destination: Endpoint, count: Int)
    /// The proxy names nobody, so that the connection's own addresses hold: it speaks for itself (`LOCAL`), does not
    /// know (`UNKNOWN`, unspecified), or stands for a UNIX-domain or a datagram socket. Version 2, section 2.2, leaves
    /// the latter two to the receiver; the source of a datagram is nobody's until it was answered.
    case local(count: Int)
    /// A header was begun which is none, or is longer than one may be.
    case malformed

    /// One end of the connection that a proxy stands for.
    public struct Endpoint: Equatable, Sendable {
        /// The address as 128 bits in network order, IPv4 mapped into IPv6.
        public var address: UInt128
        /// The port, 0 to 65,535.
        public var port: UInt16

        /// An end at an address.
        public init(address: UInt128, port: UInt16) {
            self.address = address
            self.port = port
        }
    }

    /// Reads the header that a connection begins with.
    ///
    /// - Parameter bytes: all that has come, from the connection's first byte; ``Limits/proxyHeaderBytesMax`` of them
    ///   are always enough.
    public static func parse(_ bytes: Span<UInt8>) -> ProxyHeader {
        guard !bytes.isEmpty else { return .more }
        switch bytes[0] {
        case UInt8(ascii: "P"): return parseLine(bytes)
        case 0x0D: return parseBinary(bytes)
        default: return .none
        }
    }

    /// Tells whether the bytes begin as a constant does, as far as they go.
    private static func begins(_ bytes: Span<UInt8>, as constant: StaticString) -> Bool {
        for offset in 0..<min(bytes.count, constant.utf8CodeUnitCount)
        where bytes[offset] != UInt8(truncatingIfNeeded: UInt64(ascii: constant, from: offset)) {
            return false
        }
        return true
    }
}

/// Version 1: `PROXY TCP4 192.0.2.1 198.51.100.1 56324 443` and CR LF.
extension ProxyHeader {
    private static let linePrefix: StaticString = "PROXY "

    private static func parseLine(_ bytes: Span<UInt8>) -> ProxyHeader {
        guard begins(bytes, as: linePrefix) else { return .none }
        var end = linePrefix.utf8CodeUnitCount
        while end < min(bytes.count, Limits.proxyLineBytesMax), bytes[end] >= 0x20, bytes[end] < 0x7F { end += 1 }
        guard end < Limits.proxyLineBytesMax - 1 else { return .malformed }
        guard end < bytes.count else { return .more }
        guard bytes[end] == 0x0D else { return .malformed }
        guard end + 1 < bytes.count else { return .more }
        guard bytes[end + 1] == 0x0A else { return .malformed }
        return line(linePrefix.utf8CodeUnitCount..<end, in: bytes)
    }

    /// Reads what stands between `PROXY` and the line's end.
    private static func line(_ range: Range<Int>, in bytes: Span<UInt8>) -> ProxyHeader {
        var offset = range.lowerBound
        let family = word(from: &offset, to: range.upperBound, in: bytes)
        let count = range.upperBound + 2
        let name = bytes.extracting(family)
        // Whatever is behind it (section 2.1).
        if name.equals("UNKNOWN") { return .local(count: count) }
        let isIPv6 = name.equals("TCP6")
        guard isIPv6 || name.equals("TCP4") else { return .malformed }
        guard let source = address(from: &offset, to: range.upperBound, in: bytes, isIPv6: isIPv6),
            let destination = address(from: &offset, to: range.upperBound, in: bytes, isIPv6: isIPv6),
            let sourcePort = port(from: &offset, to: range.upperBound, in: bytes),
            let destinationPort = port(from: &offset, to: range.upperBound, in: bytes), offset > range.upperBound
        else { return .malformed }
        return .header(
            source: Endpoint(address: source, port: sourcePort),
            destination: Endpoint(address: destination, port: destinationPort), count: count)
    }

    /// Takes the next word and the one space behind it.
    ///
    /// - Parameter offset: moved behind the space; beyond `end` when the word was the last.
    private static func word(from offset: inout Int, to end: Int, in bytes: Span<UInt8>) -> Range<Int> {
        let start = min(offset, end)
        offset = start
        while offset < end, bytes[offset] != 0x20 { offset += 1 }
        let word = start..<offset
        offset += 1
        return word
    }

    private static func address(
        from offset: inout Int, to end: Int, in bytes: Span<UInt8>, isIPv6: Bool
    ) -> UInt128? {
        let digits = word(from: &offset, to: end, in: bytes)
        if isIPv6 { return AddressDigits.ipv6(digits, in: bytes) }
        return AddressDigits.ipv4(digits, in: bytes).map(AddressDigits.mapped)
    }

    /// Takes a number of 0 to 65,535 without a zero before it.
    private static func port(from offset: inout Int, to end: Int, in bytes: Span<UInt8>) -> UInt16? {
        let digits = word(from: &offset, to: end, in: bytes)
        guard !digits.isEmpty, digits.count <= 5, digits.count == 1 || bytes[digits.lowerBound] != 0x30 else {
            return nil
        }
        var number = 0
        for place in digits {
            guard bytes[place].isDigit else { return nil }
            number = number * 10 + Int(bytes[place] &- 0x30)
        }
        return UInt16(exactly: number)
    }
}

/// Version 2: a signature, version and command, family and protocol, and the bytes of what follows: addresses, ports,
/// and more that is passed over.
extension ProxyHeader {
    private static let signature: StaticString = "\r\n\r\n\0\r\nQUIT\n"
    /// Bytes before the addresses.
    private static let fixedBytes = 16

    private static func parseBinary(_ bytes: Span<UInt8>) -> ProxyHeader {
        guard begins(bytes, as: signature) else { return .none }
        guard bytes.count > 12 else { return .more }
        let isLocal = bytes[12] == 0x20
        guard isLocal || bytes[12] == 0x21 else { return .malformed }
        guard bytes.count > 13 else { return .more }
        // Where the proxy speaks for itself the family means nothing.
        guard let addressBytes = isLocal ? 0 : addressBytes(bytes[13]) else { return .malformed }
        guard bytes.count >= fixedBytes else { return .more }
        let length = Int(bytes[14]) << 8 | Int(bytes[15])
        let count = fixedBytes + length
        guard length >= addressBytes, count <= Limits.proxyHeaderBytesMax else { return .malformed }
        guard bytes.count >= count else { return .more }
        switch isLocal ? 0 : bytes[13] {
        case 0x11:
            return .header(
                source: Endpoint(address: ipv4(at: 16, in: bytes), port: port(at: 24, in: bytes)),
                destination: Endpoint(address: ipv4(at: 20, in: bytes), port: port(at: 26, in: bytes)), count: count)
        case 0x21:
            return .header(
                source: Endpoint(address: ipv6(at: 16, in: bytes), port: port(at: 48, in: bytes)),
                destination: Endpoint(address: ipv6(at: 32, in: bytes), port: port(at: 50, in: bytes)), count: count)
        default:
            return .local(count: count)
        }
    }

    /// Bytes of the addresses and ports of a family and protocol; `nil` for those that there are none of.
    private static func addressBytes(_ family: UInt8) -> Int? {
        switch family {
        case 0x00: 0
        case 0x11, 0x12: 12
        case 0x21, 0x22: 36
        case 0x31, 0x32: 216
        default: nil
        }
    }

    private static func ipv4(at offset: Int, in bytes: Span<UInt8>) -> UInt128 {
        AddressDigits.mapped(UInt32(truncatingIfNeeded: bytes.word(at: offset, count: 4)).byteSwapped)
    }

    private static func ipv6(at offset: Int, in bytes: Span<UInt8>) -> UInt128 {
        UInt128(bytes.word(at: offset).byteSwapped) << 64 | UInt128(bytes.word(at: offset + 8).byteSwapped)
    }

    private static func port(at offset: Int, in bytes: Span<UInt8>) -> UInt16 {
        UInt16(bytes[offset]) << 8 | UInt16(bytes[offset + 1])
    }
}
