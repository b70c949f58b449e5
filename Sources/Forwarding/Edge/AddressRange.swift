/// The IP addresses that start with the same bits (CIDR); IPv4 is mapped into IPv6 (`::ffff:0:0/96`).
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
        address & Self.mask(prefixLength) == first
    }

    private static func mask(_ prefixLength: Int) -> UInt128 {
        // A shift by the full width yields 0, and so does the mask of no bits.
        UInt128.max << UInt128(128 - prefixLength)
    }
}
