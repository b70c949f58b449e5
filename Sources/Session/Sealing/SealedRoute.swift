/// What a sealed token says: whose session it is, and until when.
public struct SealedRoute: Sendable, Equatable {
    /// The member's identifier: a hash of its declared name that is the same on every node.
    public var member: UInt64
    /// The identifier of the member whose route the application has put behind the session's identifier; 0: it has put
    /// none there.
    public var named: UInt64
    /// Seconds since 1970 from which the token does not hold.
    public var expiry: UInt64

    /// Bytes of its binary form.
    public static let bytes = 22
    private static let expiryMax: UInt64 = (1 << 48) - 1

    /// Makes a route.
    public init(member: UInt64, named: UInt64, expiry: UInt64) {
        self.member = member
        self.named = named
        self.expiry = min(expiry, Self.expiryMax)
    }

    /// Reads the binary form.
    public init(_ binary: InlineArray<22, UInt8>) {
        func number(_ range: Range<Int>) -> UInt64 {
            var number: UInt64 = 0
            for offset in range { number = number << 8 | UInt64(binary[offset]) }
            return number
        }
        self.init(member: number(0..<8), named: number(8..<16), expiry: number(16..<22))
    }

    /// The binary form: both identifiers and six bytes of the expiry, most significant bytes first.
    public var binary: InlineArray<22, UInt8> {
        var binary = InlineArray<22, UInt8>(repeating: 0)
        for offset in 0..<8 {
            binary[offset] = UInt8(truncatingIfNeeded: member >> UInt64(56 - 8 * offset))
            binary[8 + offset] = UInt8(truncatingIfNeeded: named >> UInt64(56 - 8 * offset))
        }
        for offset in 0..<6 { binary[16 + offset] = UInt8(truncatingIfNeeded: expiry >> UInt64(40 - 8 * offset)) }
        return binary
    }
}
