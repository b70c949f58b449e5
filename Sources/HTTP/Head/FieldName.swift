import Bytes

/// The first 24 bytes of a field name as three words in lower case, zero where it has ended.
///
/// Read once per field: what the name is and whether it is a token are found in registers.
struct FieldName {
    let first: UInt64
    let second: UInt64
    let third: UInt64
    let count: Int

    /// Reads a name.
    ///
    /// - Parameter count: 0 or more; the range must lie within the bytes, which is checked.
    @inline(__always)
    init(in bytes: Span<UInt8>, at offset: Int, count: Int) {
        self.count = count
        first = bytes.word(at: offset, count: min(count, 8)).asciiLowercased
        second = count > 8 ? bytes.word(at: offset + 8, count: min(count - 8, 8)).asciiLowercased : 0
        third = count > 16 ? bytes.word(at: offset + 16, count: min(count - 16, 8)).asciiLowercased : 0
    }

    /// Whether it is made of letters, digits and hyphens; nearly every name is.
    ///
    /// - Parameters:
    ///   - bytes: the bytes that it was read from.
    ///   - start: its first byte there.
    @inline(__always)
    func isSimple(in bytes: Span<UInt8>, at start: Int) -> Bool {
        guard count > 0, Self.isSimple(first, count: count) else { return false }
        guard count > 8 else { return true }
        guard Self.isSimple(second, count: count - 8) else { return false }
        guard count > 16 else { return true }
        guard Self.isSimple(third, count: count - 16) else { return false }
        var offset = 24
        while offset < count {
            let word = bytes.word(at: start + offset, count: min(count - offset, 8)).asciiLowercased
            guard Self.isSimple(word, count: count - offset) else { return false }
            offset += 8
        }
        return true
    }

    /// Tells it of the first `count` bytes of a lower-case word, eight at most.
    @inline(__always)
    private static func isSimple(_ word: UInt64, count: Int) -> Bool {
        let high = UInt64(repeating: 0x80)
        let low = word & ~high
        let letters = (low &+ UInt64(repeating: 0x80 - 0x61)) ^ (low &+ UInt64(repeating: 0x7F - 0x7A))
        let digits = (low &+ UInt64(repeating: 0x80 - 0x30)) ^ (low &+ UInt64(repeating: 0x7F - 0x39))
        let others = (low ^ UInt64(repeating: 0x2D)) &+ UInt64(repeating: 0x7F)
        let simple = (letters | digits | ~others) & ~word & high
        let wanted = count >= 8 ? high : high & (1 &<< UInt64(truncatingIfNeeded: 8 &* count) &- 1)
        return simple & wanted == wanted
    }
}
