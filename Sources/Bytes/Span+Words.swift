extension Span where Element == UInt8 {
    /// Reads the eight bytes at an offset as one number, the first of them lowest.
    ///
    /// - Parameter offset: `0 ... count - 8`, which is checked.
    @inlinable
    @inline(__always)
    public func word(at offset: Int) -> UInt64 {
        precondition(offset >= 0 && offset <= count - 8, "a word outside of the span")
        return unsafe UInt64(
            littleEndian: bytes.unsafeLoadUnaligned(fromUncheckedByteOffset: offset, as: UInt64.self))
    }

    /// Reads up to eight bytes as one number, the first of them lowest; what is missing is zero.
    ///
    /// - Parameters:
    ///   - offset: where the bytes begin; `offset + wanted` must not exceed `count`, which is checked.
    ///   - wanted: `0 ... 8` bytes.
    @inlinable
    @inline(__always)
    public func word(at offset: Int, count wanted: Int) -> UInt64 {
        precondition(
            wanted >= 0 && wanted <= 8 && offset >= 0 && offset <= count - wanted, "a word outside of the span")
        if offset <= count - 8 {
            return wanted == 0 ? 0 : word(at: offset) & UInt64.max &>> UInt64(truncatingIfNeeded: 64 &- 8 &* wanted)
        }
        var word: UInt64 = 0
        for index in 0..<wanted {
            word |= UInt64(self[offset + index]) &<< UInt64(truncatingIfNeeded: 8 &* index)
        }
        return word
    }
}

extension UInt64 {
    /// Packs bytes of an ASCII constant as ``Swift/Span/word(at:)`` reads them, zero where the constant has ended.
    ///
    /// - Parameters:
    ///   - constant: the whole constant; the optimizer folds the result to a number.
    ///   - offset: the first byte that is packed; at most eight are.
    @inlinable
    @inline(__always)
    public init(ascii constant: StaticString, from offset: Int = 0) {
        let count = constant.utf8CodeUnitCount
        var word: UInt64 = 0
        var index = offset
        while index < count && index < offset + 8 {
            unsafe word |= UInt64(constant.utf8Start[index]) &<< UInt64(8 &* (index &- offset))
            index += 1
        }
        self = word
    }

    /// One byte in all eight places of a word.
    @inlinable
    @inline(__always)
    public init(repeating byte: UInt8) {
        self = UInt64(byte) &* 0x0101_0101_0101_0101
    }

    /// The word with ASCII upper-case letters in any of its eight bytes made lower-case, all else unchanged.
    @inlinable
    @inline(__always)
    public var asciiLowercased: UInt64 {
        let low = self & 0x7F7F_7F7F_7F7F_7F7F
        let fromA = low &+ UInt64(repeating: 0x80 - 0x41)
        let afterZ = low &+ UInt64(repeating: 0x7F - 0x5A)
        let upper = (fromA ^ afterZ) & ~self & UInt64(repeating: 0x80)
        return self | upper >> 2
    }

    /// The word with ASCII lower-case letters in any of its eight bytes made upper-case and each `-` made `_`, all else
    /// unchanged: the name of a field as that of a variable.
    @inlinable
    @inline(__always)
    public var asVariable: UInt64 {
        let low = self & 0x7F7F_7F7F_7F7F_7F7F
        let fromA = low &+ UInt64(repeating: 0x80 - 0x61)
        let afterZ = low &+ UInt64(repeating: 0x7F - 0x7A)
        let lower = (fromA ^ afterZ) & ~self & UInt64(repeating: 0x80)
        // No carry leaves a byte: each mark is exact.
        let other = low ^ UInt64(repeating: 0x2D)
        let hyphens = ~((other &+ UInt64(repeating: 0x7F)) | self) & UInt64(repeating: 0x80)
        return (self ^ lower >> 2) ^ (hyphens >> 7) &* (0x2D ^ 0x5F)
    }

    /// Marks with 0x80 the bytes that are zero; only the lowest mark is exact.
    @inlinable
    @inline(__always)
    public var zeroByteMarks: UInt64 {
        (self &- UInt64(repeating: 0x01)) & ~self & UInt64(repeating: 0x80)
    }

    /// Marks with 0x80 the bytes that are no printable ASCII characters, `"` and `\`; only the lowest mark is exact.
    @inlinable
    @inline(__always)
    public var escapeMarks: UInt64 {
        let quotes = (self ^ UInt64(repeating: UInt8(ascii: "\""))).zeroByteMarks
        let backslashes = (self ^ UInt64(repeating: UInt8(ascii: "\\"))).zeroByteMarks
        // The sum marks 0x7F, and what is above marks itself; a carry leaves only a byte that is marked.
        let high = ((self &+ UInt64(repeating: 1)) | self) & UInt64(repeating: 0x80)
        return quotes | backslashes | high | byteMarks(below: 0x20)
    }

    /// Marks with 0x80 the bytes that are below `bound`; only the lowest mark is exact.
    ///
    /// - Parameter bound: `1 ... 128`.
    @inlinable
    @inline(__always)
    public func byteMarks(below bound: UInt8) -> UInt64 {
        (self &- UInt64(repeating: bound)) & ~self & UInt64(repeating: 0x80)
    }
}
