/// A key of 128 bits for SipHash: drawn once a process, told to nobody.
@frozen
public struct SipKey: Sendable, Hashable {
    /// Its bytes 0 to 7, the first one lowest.
    public let first: UInt64
    /// Its bytes 8 to 15.
    public let second: UInt64

    /// Makes a key of its bytes 0 to 7 and 8 to 15, the first of each half lowest.
    public init(_ first: UInt64, _ second: UInt64) {
        self.first = first
        self.second = second
    }

    /// Draws a key from the system's generator.
    public static func random() -> SipKey {
        var generator = SystemRandomNumberGenerator()
        return SipKey(generator.next(), generator.next())
    }
}

/// The state of SipHash (Aumasson and Bernstein, 2012), which its variants go through in different numbers of rounds.
@frozen
public struct SipState {
    @usableFromInline var a: UInt64
    @usableFromInline var b: UInt64
    @usableFromInline var c: UInt64
    @usableFromInline var d: UInt64

    /// Begins with a key.
    @inlinable
    @inline(__always)
    public init(_ key: SipKey) {
        a = key.first ^ 0x736f_6d65_7073_6575
        b = key.second ^ 0x646f_7261_6e64_6f6d
        c = key.first ^ 0x6c79_6765_6e65_7261
        d = key.second ^ 0x7465_6462_7974_6573
    }

    /// Takes eight bytes.
    ///
    /// - Parameter rounds: how many each word gets, a constant; SipHash-2-4 has 2.
    @inlinable
    @inline(__always)
    public mutating func take(_ word: UInt64, rounds: Int) {
        d ^= word
        for _ in 0..<rounds { round() }
        a ^= word
    }

    /// Takes a message, and its length with the bytes that fill no word.
    @inlinable
    @inline(__always)
    public mutating func take(_ message: Span<UInt8>, rounds: Int) {
        let count = message.count
        var offset = 0
        while offset + 8 <= count {
            take(message.word(at: offset), rounds: rounds)
            offset += 8
        }
        let rest = message.word(at: offset, count: count - offset)
        take(rest | UInt64(truncatingIfNeeded: count) << 56, rounds: rounds)
    }

    /// Gives the hash of 64 bits when all is taken; SipHash-2-4 has 4 rounds there.
    @inlinable
    @inline(__always)
    public mutating func finish(rounds: Int) -> UInt64 {
        c ^= 0xff
        for _ in 0..<rounds { round() }
        return a ^ b ^ c ^ d
    }

    /// Tells the state that a hash of 128 bits is wanted, before anything is taken.
    @inlinable
    @inline(__always)
    public mutating func widen() {
        b ^= 0xee
    }

    /// Gives the hash of 128 bits when all is taken, its first eight bytes as the low half. The state was widened.
    @inlinable
    @inline(__always)
    public mutating func finishWide(rounds: Int) -> UInt128 {
        c ^= 0xee
        for _ in 0..<rounds { round() }
        let low = a ^ b ^ c ^ d
        b ^= 0xdd
        for _ in 0..<rounds { round() }
        return UInt128(a ^ b ^ c ^ d) << 64 | UInt128(low)
    }

    @inlinable
    @inline(__always)
    mutating func round() {
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

    @inlinable
    @inline(__always)
    static func rotate(_ word: UInt64, _ count: UInt64) -> UInt64 {
        word &<< count | word &>> (64 - count)
    }
}
