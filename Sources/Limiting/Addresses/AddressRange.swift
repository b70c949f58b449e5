/// The IP addresses that start with the same bits (CIDR); IPv4 is mapped into IPv6 (`::ffff:0:0/96`).
///
/// An IPv4 address is in ranges of IPv4 only, however it came: `::/0` is all of IPv6 and none of IPv4, as it is for
/// nginx and Apache. A range of IPv6 within `::ffff:0:0/96` is one of IPv4.
public struct AddressRange: Sendable, Hashable {
    /// The first address, 128 bits in network order as a number; the bits behind the prefix are 0.
    public let first: UInt128
    /// How many bits are the same, `0 ... 128`; of an IPv4 range `96 ... 128`.
    public let prefixLength: Int

    /// Makes the range of the addresses that share `prefixLength` bits with `address`.
    ///
    /// - Parameters:
    ///   - address: 128 bits, IPv4 mapped.
    ///   - prefixLength: `0 ... 128`.
    public init(_ address: UInt128, prefixLength: Int) {
        precondition((0...128).contains(prefixLength), "a prefix has 0 to 128 bits")
        self.prefixLength = prefixLength
        first = address & Self.mask(prefixLength)
    }

    /// Tells whether an address lies in the range.
    ///
    /// - Parameter address: 128 bits, IPv4 mapped.
    public func contains(_ address: UInt128) -> Bool {
        address & Self.mask(prefixLength) == first && (prefixLength >= 96 || address >> 32 != 0xFFFF)
    }

    /// Its addresses as one range of numbers, or as two where all of IPv4 lies between them and is left out.
    var numbers: [ClosedRange<UInt128>] {
        let all = first...first | ~Self.mask(prefixLength)
        let mapped = IPAddress.mapped...IPAddress.mapped | 0xFFFF_FFFF
        guard prefixLength < 96, all.contains(mapped.lowerBound) else { return [all] }
        // Of at least 2^33 numbers beginning at a multiple of them, so some stand before or behind those of IPv4.
        return [
            all.lowerBound < mapped.lowerBound ? all.lowerBound...mapped.lowerBound - 1 : nil,
            all.upperBound > mapped.upperBound ? mapped.upperBound + 1...all.upperBound : nil,
        ].compactMap { $0 }
    }

    private static func mask(_ prefixLength: Int) -> UInt128 {
        // A shift by the full width yields 0, and so does the mask of no bits.
        UInt128.max << UInt128(128 - prefixLength)
    }
}

extension AddressRange: LosslessStringConvertible {
    /// Reads an address, or a range such as `10.0.0.0/8`.
    public init?(_ description: String) {
        guard let range = try? Self.parse(description) else { return nil }
        self = range
    }

    /// As it is written in a configuration; a range of one address without its length.
    public var description: String {
        let isIPv4 = prefixLength >= 96 && first >> 32 == 0xFFFF
        let address = IPAddress(bits: first, isIPv4: isIPv4)
        return prefixLength == 128 ? "\(address)" : "\(address)/\(prefixLength - (isIPv4 ? 96 : 0))"
    }
}
