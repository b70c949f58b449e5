extension Span where Element == UInt8 {
    /// Reads the sixteen bytes at an offset.
    ///
    /// - Parameter offset: `0 ... count - 16`, which is checked.
    @inlinable
    @inline(__always)
    public func vector(at offset: Int) -> SIMD16<UInt8> {
        precondition(offset >= 0 && offset <= count - 16, "a vector outside of the span")
        return unsafe bytes.unsafeLoadUnaligned(fromUncheckedByteOffset: offset, as: SIMD16<UInt8>.self)
    }
}

// Of the comparisons of vectors only `.==` compiles to one instruction; `.<` and `.|` of masks are loops over lanes.
// Hence these, which take 10 instructions for 16 bytes where a loop over words takes 34.
extension SIMD16<UInt8> {
    /// The lanes that equal a byte.
    @inlinable
    @inline(__always)
    public func lanes(equalTo byte: UInt8) -> ByteLanes {
        ByteLanes(self .== SIMD16(repeating: byte))
    }

    /// The lanes below 32: control bytes but for 0x7F.
    @inlinable
    @inline(__always)
    public var lanesBelow32: ByteLanes {
        ByteLanes(self & SIMD16(repeating: 0xE0) .== SIMD16(repeating: 0))
    }

    /// The lanes of 128 and above: bytes that are not ASCII.
    @inlinable
    @inline(__always)
    public var lanesFrom128: ByteLanes {
        ByteLanes(self & SIMD16(repeating: 0x80) .== SIMD16(repeating: 0x80))
    }
}

/// A set of the sixteen lanes of a vector of bytes.
public struct ByteLanes {
    @usableFromInline let words: SIMD2<UInt64>

    @inlinable
    @inline(__always)
    init(_ mask: SIMDMask<SIMD16<Int8>>) {
        // A mask is its storage, each lane 0 or -1.
        words = unsafe unsafeBitCast(mask, to: SIMD2<UInt64>.self)
    }

    @inlinable
    @inline(__always)
    init(words: SIMD2<UInt64>) {
        self.words = words
    }

    /// The lanes of both sets.
    @inlinable
    @inline(__always)
    public static func | (left: ByteLanes, right: ByteLanes) -> ByteLanes {
        ByteLanes(words: left.words | right.words)
    }

    /// The lanes that are in both sets.
    @inlinable
    @inline(__always)
    public static func & (left: ByteLanes, right: ByteLanes) -> ByteLanes {
        ByteLanes(words: left.words & right.words)
    }

    /// The first lane of the set, or 16 when there is none.
    @inlinable
    @inline(__always)
    public var first: Int {
        let low = words[0]
        let high = words[1]
        if low | high == 0 { return 16 }
        return low != 0 ? low.trailingZeroBitCount / 8 : 8 + high.trailingZeroBitCount / 8
    }
}
