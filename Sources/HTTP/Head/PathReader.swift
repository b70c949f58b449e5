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

    /// Bytes of a path, as it was sent, that its declared prefix takes.
    ///
    /// - Parameter prefix: one that the path has; see ``path(_:hasPrefix:)``.
    public static func count(ofPrefix prefix: Span<UInt8>, in path: Span<UInt8>) -> Int {
        guard prefix.count > 1 else { return 0 }
        var reader = PathReader(path)
        for _ in prefix.indices { _ = reader.next() }
        return reader.offset
    }

    /// Whether members may disagree about which resource the path names: it has a dot segment, an escaped slash or NUL,
    /// or a backslash, escaped or not.
    public static func isAmbiguous(_ path: Span<UInt8>) -> Bool {
        var reader = PathReader(path)
        var segmentCount = 0
        var dotCount = 0
        while let byte = reader.next() {
            if byte == UInt8(ascii: "/") {
                if segmentCount > 0, dotCount == segmentCount, dotCount <= 2 { return true }
                segmentCount = 0
                dotCount = 0
                continue
            }
            segmentCount += 1
            if byte == UInt8(ascii: ".") { dotCount += 1 }
            if byte == UInt8(ascii: "\\") || reader.isAmbiguousEscape { return true }
        }
        return segmentCount > 0 && dotCount == segmentCount && dotCount <= 2
    }

    /// Whether the percent sign that was read last begins `%2F`, `%5C` or `%00`.
    private var isAmbiguousEscape: Bool {
        guard digitsLeft == 2 else { return false }
        switch (digits[0], digits[1]) {
        case (UInt8(ascii: "2"), UInt8(ascii: "F")), (UInt8(ascii: "5"), UInt8(ascii: "C")),
            (UInt8(ascii: "0"), UInt8(ascii: "0")):
            return true
        default: return false
        }
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
        guard offset + 2 < path.count, let high = Self.value(path[offset + 1]), let low = Self.value(path[offset + 2])
        else {
            offset += 1
            return UInt8(ascii: "%")
        }
        offset += 3
        let byte = high << 4 | low
        if Self.isUnreserved(byte) { return byte }
        digits = [Self.digit(high), Self.digit(low)]
        digitsLeft = 2
        return UInt8(ascii: "%")
    }

    private static func value(_ digit: UInt8) -> UInt8? {
        switch digit {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): digit - UInt8(ascii: "0")
        case UInt8(ascii: "A")...UInt8(ascii: "F"): digit - UInt8(ascii: "A") + 10
        case UInt8(ascii: "a")...UInt8(ascii: "f"): digit - UInt8(ascii: "a") + 10
        default: nil
        }
    }

    private static func digit(_ value: UInt8) -> UInt8 {
        value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: "A") + value - 10
    }

    private static func isUnreserved(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
            UInt8(ascii: "~"):
            true
        default: false
        }
    }
}
