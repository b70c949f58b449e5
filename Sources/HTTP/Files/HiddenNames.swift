import Bytes

/// Names of files that are never sent: scripts, which would show their text. Immutable.
///
/// Case does not matter, as it does not to some file systems. What else names the same script there, or a copy of its
/// text, is hidden with it: dots and spaces at the end, `.bak` and its kin, and what it is compressed as.
public struct HiddenNames: Equatable, Sendable {
    /// Ends of names in lower case.
    private let suffixes: [[UInt8]]

    /// Makes a list.
    ///
    /// - Parameter suffixes: what hidden names end in, with its dot; an empty one hides nothing.
    public init(suffixes: [String]) {
        self.suffixes = suffixes.filter { !$0.isEmpty }.map { $0.utf8.map(\.asciiLowercased) }
    }

    /// Whether a file of that name is never sent.
    ///
    /// - Parameter name: decoded, without folders and parameters.
    public func hides(_ name: Span<UInt8>) -> Bool {
        guard !suffixes.isEmpty else { return false }
        var count = name.count
        while count > 0 {
            let rest = name.extracting(0..<count)
            for index in 0..<suffixes.count {
                let suffix = suffixes[index]
                if Self.ends(rest, with: suffix.span) { return true }
            }
            let shorter = Self.countWithoutCopyMark(rest)
            if shorter == count { return false }
            count = shorter
        }
        return false
    }

    private static func ends(_ name: Span<UInt8>, with suffix: Span<UInt8>) -> Bool {
        name.count >= suffix.count && name.extracting(last: suffix.count).equalsIgnoringCase(suffix)
    }

    /// Bytes of a name without what a copy has at its end.
    private static func countWithoutCopyMark(_ name: Span<UInt8>) -> Int {
        switch name[name.count - 1] {
        case UInt8(ascii: "."), UInt8(ascii: " "), UInt8(ascii: "~"): return name.count - 1
        default: break
        }
        for length in 3...5 where name.count >= length {
            let end = name.extracting(last: length)
            if end[0] == UInt8(ascii: "."), isCopyMark(end) { return name.count - length }
        }
        return name.count
    }

    private static func isCopyMark(_ end: Span<UInt8>) -> Bool {
        switch end.count {
        case 3: end.equalsIgnoringCase(".gz") || end.equalsIgnoringCase(".br")
        case 4:
            end.equalsIgnoringCase(".bak") || end.equalsIgnoringCase(".old") || end.equalsIgnoringCase(".swp")
                || end.equalsIgnoringCase(".tmp") || end.equalsIgnoringCase(".zst")
        default: end.equalsIgnoringCase(".orig") || end.equalsIgnoringCase(".save")
        }
    }
}
