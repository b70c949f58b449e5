import Bytes

/// A media type, or all of a kind: `text/html`, `text/*`, `application/*+json` (RFC 9110, section 8.3.1; RFC 6839).
public struct MediaTypePattern: Equatable, Sendable {
    /// Lower-case bytes before the asterisk, or all of them.
    private let prefix: [UInt8]
    /// Lower-case bytes after the asterisk; empty without one.
    private let suffix: [UInt8]
    private let hasAsterisk: Bool
    /// The last byte of what matches; `nil`: any. Most types differ in it, or in their length, from most patterns.
    private let last: UInt8?

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
        guard let asterisk = bytes.firstIndex(of: UInt8(ascii: "*")) else {
            prefix = bytes
            suffix = []
            hasAsterisk = false
            last = bytes.last
            return
        }
        guard !bytes[(asterisk + 1)...].contains(UInt8(ascii: "*")) else { return nil }
        prefix = Array(bytes[..<asterisk])
        suffix = Array(bytes[(asterisk + 1)...])
        hasAsterisk = true
        last = suffix.last
    }

    /// Whether a media type may match that ends with a byte, in lower case.
    func mayMatch(endingWith byte: UInt8) -> Bool { last == nil || last == byte }

    /// Whether a media type without parameters matches.
    func matches(_ type: Range<Int>, in source: Span<UInt8>) -> Bool {
        let least = prefix.count + suffix.count
        guard hasAsterisk ? type.count > least : type.count == least else { return false }
        return Self.equal(type.lowerBound, in: source, to: prefix)
            && Self.equal(type.upperBound - suffix.count, in: source, to: suffix)
    }

    private static func equal(_ start: Int, in source: Span<UInt8>, to bytes: [UInt8]) -> Bool {
        for index in bytes.indices where source[start + index].asciiLowercased != bytes[index] { return false }
        return true
    }
}
