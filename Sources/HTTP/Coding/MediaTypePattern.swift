import Bytes

/// A media type, or all of a kind: `text/html`, `text/*`, `application/*+json` (RFC 9110, section 8.3.1; RFC 6839).
public struct MediaTypePattern: Equatable, Sendable {
    /// Lower-case bytes before the asterisk, or all of them.
    private let prefix: [UInt8]
    /// Lower-case bytes after the asterisk; `nil` without one.
    private let suffix: [UInt8]?

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
            suffix = nil
            return
        }
        guard !bytes[(asterisk + 1)...].contains(UInt8(ascii: "*")) else { return nil }
        prefix = Array(bytes[..<asterisk])
        suffix = Array(bytes[(asterisk + 1)...])
    }

    /// Whether a media type without parameters matches.
    func matches(_ type: Range<Int>, in source: Span<UInt8>) -> Bool {
        let suffixCount = suffix?.count ?? 0
        guard suffix == nil ? type.count == prefix.count : type.count > prefix.count + suffixCount else { return false }
        for index in 0..<prefix.count where source[type.lowerBound + index].asciiLowercased != prefix[index] {
            return false
        }
        guard let suffix else { return true }
        for index in 0..<suffixCount
        where source[type.upperBound - suffixCount + index].asciiLowercased != suffix[index] {
            return false
        }
        return true
    }
}
