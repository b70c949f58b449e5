import Bytes

/// A key for ``SessionHash``, which clients must not learn.
public struct SessionHashKey: Sendable, Equatable {
    let first: UInt64
    let second: UInt64

    /// Makes a key of 128 bits.
    public init(_ first: UInt64, _ second: UInt64) {
        self.first = first
        self.second = second
    }

    /// Draws a key.
    public static func random() -> SessionHashKey {
        var generator = SystemRandomNumberGenerator()
        return SessionHashKey(generator.next(), generator.next())
    }
}

/// Hashes of session identifiers under a key: SipHash-1-3 (Aumasson and Bernstein, 2012).
///
/// Who does not know the key cannot find identifiers that have the same hash, or one that looks like many sessions.
/// 64 bits are enough for that: of 100,000 sessions, one that is not among them is taken for one with a chance of
/// 5 · 10^-15, and then a stranger's request has gone to a declared member.
public enum SessionHash {
    /// Hashes an identifier.
    public static func hash(_ identifier: Span<UInt8>, key: SessionHashKey) -> UInt64 {
        var state = State(key)
        let count = identifier.count
        var offset = 0
        while offset + 8 <= count {
            state.take(identifier.word(at: offset))
            offset += 8
        }
        let rest = identifier.word(at: offset, count: count - offset)
        state.take(rest | UInt64(truncatingIfNeeded: count) << 56)
        return state.finish()
    }

    private struct State {
        private var a: UInt64
        private var b: UInt64
        private var c: UInt64
        private var d: UInt64

        init(_ key: SessionHashKey) {
            a = key.first ^ 0x736f_6d65_7073_6575
            b = key.second ^ 0x646f_7261_6e64_6f6d
            c = key.first ^ 0x6c79_6765_6e65_7261
            d = key.second ^ 0x7465_6462_7974_6573
        }

        @inline(__always)
        mutating func take(_ word: UInt64) {
            d ^= word
            round()
            a ^= word
        }

        mutating func finish() -> UInt64 {
            c ^= 0xff
            for _ in 0..<3 { round() }
            return a ^ b ^ c ^ d
        }

        @inline(__always)
        private mutating func round() {
            a &+= b
            b = Self.rotate(b, 13) ^ a
            a = Self.rotate(a, 32)
            c &+= d
            d = Self.rotate(d, 16) ^ c
            a &+= d
            d = Self.rotate(d, 21) ^ a
            c &+= b
            b = Self.rotate(b, 17) ^ c
            c = Self.rotate(c, 32)
        }

        @inline(__always)
        private static func rotate(_ word: UInt64, _ count: UInt64) -> UInt64 {
            word &<< count | word &>> (64 - count)
        }
    }
}
