import Bytes

/// A media type, or all of a kind: `text/html`, `text/*`, `application/*+json` (RFC 9110, section 8.3.1; RFC 6839).
public struct MediaTypePattern: Equatable, Sendable {
    /// Lower-case bytes before the asterisk, or all of them.
    private let prefix: [UInt8]
    /// Lower-case bytes after the asterisk; empty without one.
    private let suffix: [UInt8]
    private let hasAsterisk: Bool
    /// The first byte of what matches: most types differ in it from most patterns.
    let first: UInt8

    /// Reads a pattern.
    ///
    /// - Parameter text: a type and a subtype with at most one asterisk, in the subtype; no parameters.
    /// - Returns: `nil` when it is no such thing.
    public init?(_ text: String) {
        let bytes = text.utf8.map(\.asciiLowercased)
        let parts = bytes.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
        guard parts.count == 2, parts.allSatisfy({ !$0.isEmpty && $0.allSatisfy(\.isToken) }),
            !parts[0].contains(UInt8(ascii: "*"))
        else { return nil }
        first = parts[0][0]
        guard let asterisk = bytes.firstIndex(of: UInt8(ascii: "*")) else {
            prefix = bytes
            suffix = []
            hasAsterisk = false
            return
        }
        guard !bytes[(asterisk + 1)...].contains(UInt8(ascii: "*")) else { return nil }
        prefix = Array(bytes[..<asterisk])
        suffix = Array(bytes[(asterisk + 1)...])
        hasAsterisk = true
    }

    /// Whether the media type matches that a field's value begins with: up to its parameters, or to another one's.
    func matches(_ value: Range<Int>, in source: Span<UInt8>) -> Bool {
        let rest = value.lowerBound + prefix.count
        // Types that begin alike mostly differ in their length: that is looked at before they are compared.
        guard rest <= value.upperBound, hasAsterisk != Self.isEnd(rest, of: value, in: source),
            Self.equal(value.lowerBound, in: source, to: prefix)
        else { return false }
        guard hasAsterisk, !suffix.isEmpty else { return true }
        var end = rest
        while !Self.isEnd(end, of: value, in: source) { end += 1 }
        return end - rest > suffix.count && Self.equal(end - suffix.count, in: source, to: suffix)
    }

    /// Whether a media type ends there.
    private static func isEnd(_ offset: Int, of value: Range<Int>, in source: Span<UInt8>) -> Bool {
        guard offset < value.upperBound else { return true }
        return source[offset] == UInt8(ascii: ";") || source[offset] == UInt8(ascii: ",") || source[offset].isBlank
    }

    private static func equal(_ start: Int, in source: Span<UInt8>, to bytes: [UInt8]) -> Bool {
        for index in bytes.indices where source[start + index].asciiLowercased != bytes[index] { return false }
        return true
    }
}
