import Bytes

/// Reads the bytes of a path as a member does that decodes its escapes once, or what comes out of that once more.
///
/// A percent sign without two hexadecimal digits behind it stands for itself.
struct PathLetters: ~Escapable {
    private let bytes: Span<UInt8>
    /// What is read next.
    private(set) var offset: Int

    @_lifetime(copy bytes)
    init(_ bytes: Span<UInt8>, from offset: Int = 0) {
        self.bytes = bytes
        self.offset = offset
    }

    /// The next byte for who decodes once; `nil` at the end.
    mutating func once() -> UInt8? {
        guard offset < bytes.count else { return nil }
        let byte = bytes[offset]
        if byte == UInt8(ascii: "%"), let escaped = bytes.escape(at: offset) {
            offset += 3
            return escaped
        }
        offset += 1
        return byte
    }

    /// The next byte for who decodes twice, whichever of the three that make an escape were escaped themselves.
    ///
    /// - Parameter dropping: whether tabs and line ends are left out before the second time.
    mutating func twice(dropping: Bool = false) -> UInt8? {
        let first = once()
        guard first == UInt8(ascii: "%") else { return first }
        let start = offset
        if let high = digit(dropping: dropping), let low = digit(dropping: dropping) { return high << 4 | low }
        offset = start
        return first
    }

    /// The next byte for who leaves tabs and line ends out of whatever he has decoded, and blanks and controls at the
    /// end: the parsers of browsers' URLs do so (WHATWG URL, section 4.4).
    ///
    /// - Parameter decodings: how often escapes are decoded, 1 or 2.
    mutating func visible(decodings: Int) -> UInt8? {
        while let byte = decodings == 1 ? once() : twice(dropping: true) {
            guard !Self.isDropped(byte) else { continue }
            return byte <= 0x20 && isBlank(decodings: decodings) ? nil : byte
        }
        return nil
    }

    private mutating func digit(dropping: Bool) -> UInt8? {
        while let byte = once() { if !dropping || !Self.isDropped(byte) { return byte.hexadecimalValue } }
        return nil
    }

    private static func isDropped(_ byte: UInt8) -> Bool {
        byte == 0x09 || byte == 0x0A || byte == 0x0D
    }

    /// Whether only blanks and controls are left.
    private func isBlank(decodings: Int) -> Bool {
        var rest = PathLetters(bytes, from: offset)
        while let byte = decodings == 1 ? rest.once() : rest.twice(dropping: true) {
            guard byte <= 0x20 else { return false }
        }
        return true
    }
}
