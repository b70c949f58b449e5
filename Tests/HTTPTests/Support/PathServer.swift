import HTTP
import TestSupport

/// A server that reads a path in one of the ways that there are, and hands it on.
struct PathServer: CustomStringConvertible {
    enum Parameters: CaseIterable {
        /// They belong to the name.
        case kept
        /// They end at a slash, and are dropped before escapes are decoded.
        case dropped
        /// They are dropped afterwards.
        case droppedLate
    }

    enum Dots: CaseIterable {
        case kept, resolved
    }

    var decodes = false
    var parameters = Parameters.kept
    var dots = Dots.kept
    var mergesSlashes = false
    var takesBackslashes = false
    var endsAtNUL = false
    var takesHosts = false
    /// Whether tabs and line ends are left out of what was decoded, and blanks at its end.
    var dropsBlanks = false

    /// Those that resolve dot segments and do nothing else, with and without slashes merged.
    static let resolving = [
        PathServer(dots: .resolved), PathServer(dots: .resolved, mergesSlashes: true), PathServer(),
    ]

    init(dots: Dots = .kept, mergesSlashes: Bool = false) {
        self.dots = dots
        self.mergesSlashes = mergesSlashes
    }

    init(_ random: inout SplitMix) {
        decodes = Int.random(in: 0..<3, using: &random) > 0
        parameters = Parameters.allCases.randomElement(using: &random) ?? .kept
        dots = Dots.allCases.randomElement(using: &random) ?? .kept
        mergesSlashes = Bool.random(using: &random)
        takesBackslashes = Int.random(in: 0..<3, using: &random) == 0
        endsAtNUL = Int.random(in: 0..<3, using: &random) == 0
        takesHosts = Int.random(in: 0..<8, using: &random) == 0
        dropsBlanks = Int.random(in: 0..<4, using: &random) == 0
    }

    var description: String {
        "decodes \(decodes), parameters \(parameters), dots \(dots), merges \(mergesSlashes), "
            + "backslashes \(takesBackslashes), ends \(endsAtNUL), hosts \(takesHosts), drops \(dropsBlanks)"
    }

    /// The path as it goes on: to the file system, or to the next server.
    func read(_ path: [UInt8]) -> [UInt8] {
        var path = path
        if parameters == .dropped { path = Self.withoutParameters(path) }
        path = decoded(path)
        if dropsBlanks {
            while let last = path.last, last <= 0x20 { path.removeLast() }
            path.removeAll { [0x09, 0x0A, 0x0D].contains($0) }
        }
        if parameters == .droppedLate { path = Self.withoutParameters(path) }
        if takesBackslashes { path = path.map { $0 == UInt8(ascii: "\\") ? UInt8(ascii: "/") : $0 } }
        if endsAtNUL,
            let end = path.firstIndex(where: { $0 == 0 || $0 == UInt8(ascii: "?") || $0 == UInt8(ascii: "#") })
        {
            path = Array(path[..<end])
        }
        if takesHosts, path.starts(with: bytes("//")) {
            path = Array(path.dropFirst(2).drop { $0 != UInt8(ascii: "/") })
        }
        return structured(path)
    }

    private static func withoutParameters(_ path: [UInt8]) -> [UInt8] {
        let segments = path.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
        return Array(segments.map { $0.prefix { $0 != UInt8(ascii: ";") } }.joined(separator: [UInt8(ascii: "/")]))
    }

    /// Decodes every escape, or those of unreserved characters.
    private func decoded(_ path: [UInt8]) -> [UInt8] {
        var result: [UInt8] = []
        var rest = path[...]
        while let byte = rest.popFirst() {
            if byte == UInt8(ascii: "%"), let value = Self.value(rest.prefix(2)), decodes || value.isUnreserved {
                result.append(value)
                rest = rest.dropFirst(2)
            } else {
                result.append(byte)
            }
        }
        return result
    }

    private static func value(_ digits: ArraySlice<UInt8>) -> UInt8? {
        guard digits.count == 2, digits.allSatisfy({ Character(Unicode.Scalar($0)).isHexDigit && $0 < 0x80 }) else {
            return nil
        }
        return UInt8(text(Array(digits)), radix: 16)
    }

    private func structured(_ path: [UInt8]) -> [UInt8] {
        var segments: [ArraySlice<UInt8>] = []
        for segment in path.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false).dropFirst() {
            if mergesSlashes, segment.isEmpty { continue }
            if dots == .resolved, segment.elementsEqual(bytes(".")) { continue }
            if dots == .resolved, segment.elementsEqual(bytes("..")) {
                _ = segments.popLast()
            } else {
                segments.append(segment)
            }
        }
        return bytes("/") + segments.joined(separator: [UInt8(ascii: "/")])
    }
}
