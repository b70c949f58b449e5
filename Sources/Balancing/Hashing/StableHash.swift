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
    static func mix(_ number: UInt64) -> UInt64 { fold(multiply(fold(number))) }

    /// The first step of mixing, and the last: the upper half into the lower one. Of two numbers that are to be mixed
    /// as `a ^ b`, each may be folded for itself.
    static func fold(_ number: UInt64) -> UInt64 { number ^ (number >> 33) }

    /// What mixing does between; the 33 upper bits are those of the result.
    static func multiply(_ folded: UInt64) -> UInt64 {
        fold(folded &* 0xff51_afd7_ed55_8ccd) &* 0xc4ce_b9fe_1a85_ec53
    }
}
