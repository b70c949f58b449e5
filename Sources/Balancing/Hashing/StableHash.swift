/// A hash that is the same on every machine and in every version: all nodes must find the same member for a key.
///
/// FNV-1a of 64 bits, mixed at the end (the finalizer of MurmurHash3) so that keys which differ in one byte differ in
/// half of the bits. No secret goes into it: who chooses keys can choose their member.
public struct StableHash: Sendable {
    private var state: UInt64 = 0xcbf2_9ce4_8422_2325

    /// The hash of nothing.
    public init() {}

    /// Takes a byte.
    public mutating func add(_ byte: UInt8) {
        state = (state ^ UInt64(byte)) &* 0x100_0000_01b3
    }

    /// The hash of a text.
    static func value(of text: String) -> UInt64 {
        var hash = StableHash()
        for byte in text.utf8 { hash.add(byte) }
        return hash.value
    }

    /// What was taken, as a number of which every bit depends on every byte.
    public var value: UInt64 { Self.mix(state) }

    /// Spreads a number over all of its bits.
    static func mix(_ number: UInt64) -> UInt64 {
        var mixed = number
        mixed = (mixed ^ (mixed >> 33)) &* 0xff51_afd7_ed55_8ccd
        mixed = (mixed ^ (mixed >> 33)) &* 0xc4ce_b9fe_1a85_ec53
        return mixed ^ (mixed >> 33)
    }
}
