/// An IP address as a number of 128 bits, IPv4 mapped into IPv6.
public struct IPAddress: Sendable, Hashable {
    /// Network order as a number; an IPv4 address is `::ffff:a.b.c.d`.
    public let bits: UInt128
    /// Whether it was written as IPv4.
    public let isIPv4: Bool

    /// `::ffff:0:0`, the first of the 2^32 numbers that stand for IPv4.
    static let mapped: UInt128 = 0xFFFF << 32

    /// Reads an address in digits, without brackets, zone or prefix length.
    ///
    /// - Returns: `nil` when it is none.
    public init?(_ text: some StringProtocol) {
        if let v4 = Self.v4(text) {
            bits = Self.mapped | UInt128(v4)
            isIPv4 = true
        } else if let v6 = Self.v6(text) {
            bits = v6
            isIPv4 = false
        } else {
            return nil
        }
    }

    /// Makes an address of its number.
    public init(bits: UInt128, isIPv4: Bool) {
        self.bits = bits
        self.isIPv4 = isIPv4
    }

    /// Whether it is the address of no host: `0.0.0.0` or `::`.
    public var isUnspecified: Bool { isIPv4 ? bits == Self.mapped : bits == 0 }

    /// Whether it is one of the machine itself, `127.0.0.0/8` or `::1`, however it was written.
    public var isLoopback: Bool { bits >> 24 == Self.mapped >> 24 | 127 || bits == 1 }

    /// Whether it is the address of a group (RFC 5771; RFC 4291, section 2.7), however it was written.
    public var isMulticast: Bool { bits >> 28 == Self.mapped >> 28 | 0xE || bits >> 120 == 0xFF }

    /// Whether it says nothing without the interface that it is used on (RFC 4291, section 2.5.6).
    public var isLinkLocal: Bool { bits >> 118 == 0xFE80 >> 6 }

    private static func v4(_ text: some StringProtocol) -> UInt32? {
        let parts = text.split(separator: ".", maxSplits: 4, omittingEmptySubsequences: false)
        guard parts.count == 4 else { return nil }
        var result: UInt32 = 0
        for part in parts {
            guard (1...3).contains(part.utf8.count), part.utf8.allSatisfy({ 0x30...0x39 ~= $0 }),
                part.utf8.count == 1 || part.first != "0", let byte = UInt8(part)
            else { return nil }
            result = result << 8 | UInt32(byte)
        }
        return result
    }

    private static func v6(_ text: some StringProtocol) -> UInt128? {
        guard text.utf8.count <= 45 else { return nil }
        var groups: [UInt16] = []
        var gap: Int?
        var parts = text.split(separator: ":", omittingEmptySubsequences: false)[...]
        guard parts.count >= 3 else { return nil }
        // The two empty parts of a colon pair at either end.
        if parts.first?.isEmpty == true {
            guard parts.dropFirst().first?.isEmpty == true else { return nil }
            parts.removeFirst()
        }
        if parts.last?.isEmpty == true {
            guard parts.dropLast().last?.isEmpty == true, parts.count >= 2 else { return nil }
            parts.removeLast()
        }
        for (offset, part) in zip(parts.indices, parts) {
            if part.isEmpty {
                guard gap == nil else { return nil }
                gap = groups.count
            } else if offset == parts.endIndex - 1, part.contains(".") {
                guard let v4 = v4(part) else { return nil }
                groups += [UInt16(v4 >> 16), UInt16(truncatingIfNeeded: v4)]
            } else {
                guard part.utf8.count <= 4, part.allSatisfy({ $0.isASCII && $0.isHexDigit }),
                    let group = UInt16(part, radix: 16)
                else { return nil }
                groups.append(group)
            }
        }
        guard gap == nil ? groups.count == 8 : groups.count <= 7 else { return nil }
        if let gap { groups.insert(contentsOf: repeatElement(0, count: 8 - groups.count), at: gap) }
        return groups.reduce(0) { $0 << 16 | UInt128($1) }
    }
}

extension IPAddress: CustomStringConvertible {
    /// In lower case and the shortest form (RFC 5952), without brackets.
    public var description: String {
        if isIPv4 {
            return [24, 16, 8, 0].map { "\(UInt8(truncatingIfNeeded: bits >> $0))" }.joined(separator: ".")
        }
        let groups = (0..<8).map { UInt16(truncatingIfNeeded: bits >> (112 - 16 * $0)) }
        var longest = 0..<0
        var start = 0
        while start < 8 {
            var end = start
            while end < 8, groups[end] == 0 { end += 1 }
            if end - start > longest.count { longest = start..<end }
            start = max(end, start + 1)
        }
        func text(_ range: Range<Int>) -> String {
            groups[range].map { String($0, radix: 16) }.joined(separator: ":")
        }
        guard longest.count >= 2 else { return text(0..<8) }
        return "\(text(0..<longest.lowerBound))::\(text(longest.upperBound..<8))"
    }
}
