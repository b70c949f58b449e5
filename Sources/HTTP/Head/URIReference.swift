import Bytes

/// The parts of a URI reference (RFC 3986, section 4.1) that tell whom it leads to.
///
/// Ranges count from the first byte of the span it was read from. Any bytes give some parts.
public struct URIReference: Sendable, Equatable {
    /// The scheme without its colon; `nil` for a relative reference.
    public let scheme: Range<Int>?
    /// User, host and port, without the slashes before them; `nil` where there is none.
    public let authority: Range<Int>?
    /// The path; may be empty.
    public let path: Range<Int>

    /// Reads a reference.
    ///
    /// - Parameters:
    ///   - bytes: where it lies.
    ///   - range: of the reference in `bytes`.
    public init(_ bytes: Span<UInt8>, in range: Range<Int>) {
        var offset = range.lowerBound
        let end = range.upperBound
        let firstEnd = Self.end(of: bytes, from: offset, to: end, isSegment: true)
        if firstEnd < end, firstEnd > offset, bytes[firstEnd] == UInt8(ascii: ":") {
            scheme = offset..<firstEnd
            offset = firstEnd + 1
        } else {
            scheme = nil
        }
        if offset + 1 < end, bytes[offset] == UInt8(ascii: "/"), bytes[offset + 1] == UInt8(ascii: "/") {
            var last = offset + 2
            while last < end, !Self.endsAuthority(bytes[last]) { last += 1 }
            authority = offset + 2..<last
            offset = last
        } else {
            authority = nil
        }
        path = offset..<Self.end(of: bytes, from: offset, to: end, isSegment: false)
    }

    /// Where a path ends, or its first segment and what could be a scheme.
    private static func end(of bytes: Span<UInt8>, from start: Int, to end: Int, isSegment: Bool) -> Int {
        var offset = start
        while offset < end {
            switch bytes[offset] {
            case UInt8(ascii: "?"), UInt8(ascii: "#"): return offset
            case UInt8(ascii: ":"), UInt8(ascii: "/"): if isSegment { return offset }
            default: break
            }
            offset += 1
        }
        return end
    }

    private static func endsAuthority(_ byte: UInt8) -> Bool {
        // A backslash is a slash to browsers.
        byte == UInt8(ascii: "/") || byte == UInt8(ascii: "?") || byte == UInt8(ascii: "#")
            || byte == UInt8(ascii: "\\")
    }
}
