import Bytes

/// Hashes of session identifiers under a key: SipHash-1-3 (Aumasson and Bernstein, 2012).
///
/// Who does not know the key cannot find identifiers that have the same hash, or one that looks like many sessions.
/// 64 bits are enough for that: of 100,000 sessions, one that is not among them is taken for one with a chance of
/// 5 · 10^-15, and then a stranger's request has gone to a declared member.
public enum SessionHash {
    /// Hashes an identifier.
    public static func hash(_ identifier: Span<UInt8>, key: SipKey) -> UInt64 {
        var state = SipState(key)
        state.take(identifier, rounds: 1)
        return state.finish(rounds: 3)
    }
}
