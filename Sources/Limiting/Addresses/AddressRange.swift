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

extension AddressRange: LosslessStringConvertible {
    /// Reads an address, or a range such as `10.0.0.0/8`.
    public init?(_ description: String) {
        let parts = description.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        guard let address = IPAddress(parts[0]) else { return nil }
        let bits = address.isIPv4 ? 32 : 128
        guard let length = parts.count == 1 ? bits : Int(parts[1]), (0...bits).contains(length) else { return nil }
        self.init(address.bits, prefixLength: length + 128 - bits)
    }

    /// As it is written in a configuration; a range of one address without its length.
    public var description: String {
        let isIPv4 = prefixLength >= 96 && first >> 32 == 0xFFFF
        let address = IPAddress(bits: first, isIPv4: isIPv4)
        return prefixLength == 128 ? "\(address)" : "\(address)/\(prefixLength - (isIPv4 ? 96 : 0))"
    }
}

/// A client whose `X-Forwarded-*` fields are appended to.
public enum TrustedProxy: Sendable, Hashable {
    /// One of these addresses.
    case range(AddressRange)
    /// One that connects to the listener of this path.
    case socket(path: String)
}

extension TrustedProxy: LosslessStringConvertible {
    /// Reads a range of addresses, or `unix:` and a path.
    public init?(_ description: String) {
        if description.hasPrefix("unix:") {
            self = .socket(path: String(description.dropFirst(5)))
        } else {
            guard let range = AddressRange(description) else { return nil }
            self = .range(range)
        }
    }

    /// As it is written in a configuration.
    public var description: String {
        switch self {
        case .range(let range): range.description
        case .socket(let path): "unix:\(path)"
        }
    }
}
