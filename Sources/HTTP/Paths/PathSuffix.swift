import Bytes

/// Whether the last segment of a path ends in some letters, for everybody who reads it.
public enum PathSuffix {
    /// What readers find.
    public enum Verdict: Sendable {
        /// All find it.
        case has
        /// Nobody does.
        case hasNot
        /// Some may.
        case depends
    }

    /// Places at which a suffix may begin that are looked at; in a longer path it depends.
    private static let candidatesMax = 256

    /// Looks at a path that may be read in several ways; of a plain one (``PathTree/isPlain(_:)``) its last bytes tell.
    ///
    /// - Parameters:
    ///   - path: begins with a slash.
    ///   - suffix: letters, digits, `-`, `.`, `_` and `~`; not of dots alone.
    ///   - ignoringCase: whether letters of ASCII are the same in both cases.
    public static func verdict(_ path: Span<UInt8>, suffix: Span<UInt8>, ignoringCase: Bool = false) -> Verdict {
        if isCertain(path), ends(path, with: suffix, ignoringCase: ignoringCase) { return .has }
        return mayEnd(path, with: suffix, ignoringCase: ignoringCase) ? .depends : .hasNot
    }

    /// Whether a path ends in the letters, as it stands.
    ///
    /// - Parameter ignoringCase: whether letters of ASCII are the same in both cases.
    public static func ends(_ path: Span<UInt8>, with suffix: Span<UInt8>, ignoringCase: Bool = false) -> Bool {
        let start = path.count - suffix.count
        guard start > 0 else { return false }
        let end = path.extracting(start..<path.count)
        guard ignoringCase ? end.equalsIgnoringCase(suffix) : end.equals(suffix) else { return false }
        // They are no part of an escape.
        return path[start - 1] != UInt8(ascii: "%") && (start < 2 || path[start - 2] != UInt8(ascii: "%"))
    }

    /// Whether the path's last bytes are the end of its last segment to everybody: nothing before them may end the
    /// path, or begin parameters or a host.
    private static func isCertain(_ path: Span<UInt8>) -> Bool {
        guard !mayBeginWithHost(path) else { return false }
        var hasParameters = false
        var hasDots = false
        var hasEmpty = false
        for offset in path.indices {
            switch path[offset] {
            case UInt8(ascii: "/"):
                hasParameters = false
                guard offset + 1 < path.count else { continue }
                if path[offset + 1] == UInt8(ascii: "/") { hasEmpty = true }
                if path[offset + 1] == UInt8(ascii: ".") { hasDots = true }
            case UInt8(ascii: ";"): hasParameters = true
            case UInt8(ascii: "%"):
                switch path.escape(at: offset) {
                case UInt8(ascii: ";"): hasParameters = true
                case UInt8(ascii: "."): hasDots = true
                // What may end the path, and what may come out as anything when it is decoded again.
                case nil, 0, UInt8(ascii: "?"), UInt8(ascii: "#"), UInt8(ascii: "%"): return false
                default: break
                }
            default: break
            }
        }
        // Dots may take the host's place away before an empty segment.
        return !hasParameters && !(hasDots && hasEmpty)
    }

    /// Whether some may take what follows for a host: two slashes, or what may be such.
    private static func mayBeginWithHost(_ path: Span<UInt8>) -> Bool {
        guard path.count > 1 else { return false }
        switch path[1] {
        case UInt8(ascii: "/"), UInt8(ascii: "\\"): return true
        case UInt8(ascii: "%"):
            guard let byte = path.escape(at: 1) else { return true }
            return byte <= 0x20 || byte == UInt8(ascii: "/") || byte == UInt8(ascii: "\\")
        default: return false
        }
    }

    /// Whether the letters may stand at the end of what some take for the last segment.
    private static func mayEnd(_ path: Span<UInt8>, with suffix: Span<UInt8>, ignoringCase: Bool) -> Bool {
        var candidateCount = 0
        for start in path.indices {
            var letters = PathLetters(path, from: start)
            // Whoever decodes once, or not at all, finds nothing that is not found so, as there is no % in the suffix.
            guard isSame(letters.twice(dropping: true), suffix[0], ignoringCase) else { continue }
            candidateCount += 1
            guard candidateCount <= candidatesMax else { return true }
            letters = PathLetters(path, from: start)
            var count = 0
            while count < suffix.count, isSame(letters.visible(decodings: 2), suffix[count], ignoringCase) {
                count += 1
            }
            if count == suffix.count, mayEnd(path, at: letters.offset) { return true }
        }
        return false
    }

    private static func isSame(_ letter: UInt8?, _ declared: UInt8, _ ignoringCase: Bool) -> Bool {
        letter == declared || ignoringCase && letter?.asciiLowercased == declared.asciiLowercased
    }

    /// Whether a segment that is the last one may end at an offset.
    private static func mayEnd(_ path: Span<UInt8>, at offset: Int) -> Bool {
        guard offset < path.count else { return true }
        switch path[offset] {
        // It is the last one to those alone who take the ones behind it away.
        case UInt8(ascii: "/"): return hasDots(path, from: offset)
        case UInt8(ascii: "\\"), UInt8(ascii: ";"): return true
        case UInt8(ascii: "%"): break
        default: return false
        }
        var once = PathLetters(path, from: offset)
        var twice = once
        var dropping = once
        return isEnd(once.once()) || isEnd(twice.twice()) || isEnd(dropping.twice(dropping: true))
    }

    private static func isEnd(_ byte: UInt8?) -> Bool {
        guard let byte else { return true }
        return switch byte {
        case 0...0x20, UInt8(ascii: "/"), UInt8(ascii: "\\"), UInt8(ascii: ";"), UInt8(ascii: "?"),
            UInt8(ascii: "#"):
            true
        default: false
        }
    }

    /// Whether there may be a dot segment behind an offset.
    private static func hasDots(_ path: Span<UInt8>, from offset: Int) -> Bool {
        for start in offset..<path.count {
            var letters = PathLetters(path, from: start)
            let border = letters.twice(dropping: true)
            guard border == UInt8(ascii: "/") || border == UInt8(ascii: "\\") else { continue }
            if letters.visible(decodings: 2) == UInt8(ascii: ".") { return true }
        }
        return false
    }
}
