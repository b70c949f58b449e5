import Bytes

/// Hashes under a key: SipHash-2-4 (Aumasson and Bernstein, 2012).
///
/// Who does not know the key cannot find two texts of one hash, nor many that meet in one set of a ``BucketTable``.
public enum SipHash {
    /// Hashes a text to 64 bits: what tables are asked by.
    public static func hash64(_ text: Span<UInt8>, key: SipKey) -> UInt64 {
        var state = SipState(key)
        state.take(text, rounds: 2)
        return state.finish(rounds: 4)
    }

    /// Hashes a text to 128 bits, which stand for the text itself; the low half is the first eight bytes of the hash.
    public static func hash128(_ text: Span<UInt8>, key: SipKey) -> UInt128 {
        var state = SipState(key)
        state.widen()
        state.take(text, rounds: 2)
        return state.finishWide(rounds: 4)
    }

    /// Hashes the network of an address to 64 bits, as those who share it count as one.
    ///
    /// - Parameters:
    ///   - address: 128 bits, IPv4 mapped; of IPv4 each address counts by itself.
    ///   - prefixLength: how many bits a network of IPv6 has, `0 ... 128`: who has one address there usually has the
    ///     2^64 of his subnet.
    /// - Returns: the hash of the network's first address as 16 bytes, the lowest of the number first.
    public static func hash64(address: UInt128, prefixLength: Int, key: SipKey) -> UInt64 {
        let isIPv4 = address >> 32 == 0xFFFF
        let network = isIPv4 ? address : AddressRange(address, prefixLength: prefixLength).first
        var state = SipState(key)
        state.take(UInt64(truncatingIfNeeded: network), rounds: 2)
        state.take(UInt64(truncatingIfNeeded: network >> 64), rounds: 2)
        state.take(16 << 56, rounds: 2)
        return state.finish(rounds: 4)
    }
}
