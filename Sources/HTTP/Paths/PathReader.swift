import Bytes

/// Reads a request's path as members may understand it, so that it can be compared with a declared one.
///
/// Escapes of unreserved characters are resolved and the others get upper-case digits (RFC 3986, section 6.2.2), what
/// follows a semicolon in a segment is left out (section 3.3), and slashes next to each other count as one. Nothing is
/// allocated or copied.
public struct PathReader: ~Escapable {
    private let path: Span<UInt8>
    private var offset = 0
    /// The digits of an escape that is passed on as it is.
    private var digits = InlineArray<2, UInt8>(repeating: 0)
    private var digitsLeft = 0

    /// Begins to read.
    ///
    /// - Parameter path: a target's path; begins with a slash.
    @_lifetime(copy path)
    public init(_ path: Span<UInt8>) {
        self.path = path
    }

    /// Whether the path begins with the segments of a prefix.
    ///
    /// - Parameter prefix: as a configuration declares it: in normal form, without a slash at its end unless it is `/`.
    public static func path(_ path: Span<UInt8>, hasPrefix prefix: Span<UInt8>) -> Bool {
        guard prefix.count > 1 else { return true }
        var reader = PathReader(path)
        for offset in prefix.indices {
            guard reader.next() == prefix[offset] else { return false }
        }
        let next = reader.next()
        return next == nil || next == UInt8(ascii: "/")
    }

    /// Whether the path is a declared one.
    ///
    /// - Parameter declared: in normal form, without a slash at its end unless it is `/`.
    public static func path(_ path: Span<UInt8>, equals declared: Span<UInt8>) -> Bool {
        var reader = PathReader(path)
        for offset in declared.indices { guard reader.next() == declared[offset] else { return false } }
        return reader.next() == nil
    }

    /// Whether a path of which all have the same reading begins with the segments of a prefix; see ``PathTree``.
    public static func plain(_ path: Span<UInt8>, hasPrefix prefix: Span<UInt8>) -> Bool {
        guard prefix.count > 1 else { return true }
        guard path.count >= prefix.count, path.extracting(0..<prefix.count).equals(prefix) else { return false }
        return path.count == prefix.count || path[prefix.count] == UInt8(ascii: "/")
    }

    /// Bytes of a path, as it was sent, that its declared prefix takes.
    ///
    /// - Parameter prefix: one that the path has; see ``path(_:hasPrefix:)``.
    public static func count(ofPrefix prefix: Span<UInt8>, in path: Span<UInt8>) -> Int {
        guard prefix.count > 1 else { return 0 }
        var reader = PathReader(path)
        for _ in prefix.indices { _ = reader.next() }
        return reader.offset
    }

    /// The next byte in normal form; `nil` at the end.
    public mutating func next() -> UInt8? {
        if digitsLeft > 0 {
            digitsLeft -= 1
            return digits[1 - digitsLeft]
        }
        guard offset < path.count else { return nil }
        let byte = path[offset]
        switch byte {
        case UInt8(ascii: "/"), UInt8(ascii: ";"): return nextBorder()
        case UInt8(ascii: "%"): return nextEscape()
        default:
            offset += 1
            return byte
        }
    }

    /// Skips parameters and further slashes.
    private mutating func nextBorder() -> UInt8? {
        var hasSlash = false
        while offset < path.count {
            if path[offset] == UInt8(ascii: "/") {
                hasSlash = true
                offset += 1
            } else if path[offset] == UInt8(ascii: ";") {
                while offset < path.count, path[offset] != UInt8(ascii: "/") { offset += 1 }
            } else {
                break
            }
        }
        return hasSlash ? UInt8(ascii: "/") : nil
    }

    private mutating func nextEscape() -> UInt8? {
        guard let byte = path.escape(at: offset) else {
            offset += 1
            return UInt8(ascii: "%")
        }
        offset += 3
        if byte.isUnreserved { return byte }
        digits = [Self.digit(byte >> 4), Self.digit(byte & 0xF)]
        digitsLeft = 2
        return UInt8(ascii: "%")
    }

    private static func digit(_ value: UInt8) -> UInt8 {
        value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: "A") + value - 10
    }
}

extension Span where Element == UInt8 {
    /// The byte that an escape stands for (RFC 3986, section 2.1); `nil` where there is none.
    ///
    /// - Parameter offset: that of a percent sign.
    package func escape(at offset: Int) -> UInt8? {
        guard offset + 2 < count, let high = self[offset + 1].hexadecimalValue,
            let low = self[offset + 2].hexadecimalValue
        else { return nil }
        return high << 4 | low
    }
}

extension UInt8 {
    /// Letters, digits, `-`, `.`, `_` and `~` (RFC 3986, section 2.3).
    public var isUnreserved: Bool {
        isLetter || isDigit || self == UInt8(ascii: "-") || self == UInt8(ascii: ".") || self == UInt8(ascii: "_")
            || self == UInt8(ascii: "~")
    }
}
