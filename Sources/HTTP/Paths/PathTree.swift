import Bytes

/// The places that a site declares, by their paths' segments, and whether a request's path names one of them for
/// everybody who reads it.
///
/// Immutable and shared by all workers; judging allocates nothing. A class, so that a request's way to it copies no
/// arrays.
public final class PathTree: Sendable {
    /// A path that a site declares.
    public struct Place: Sendable {
        let prefix: [UInt8]
        let kind: Int
        let isMapped: Bool
        let isExact: Bool
        let family: Int

        /// Makes a place.
        ///
        /// - Parameters:
        ///   - prefix: as a configuration declares it: in normal form, without a slash at its end unless it is `/`.
        ///   - kind: 0 or more; places of one kind are one to who is given their requests.
        ///   - isMapped: whether members get another path in its place, so that none may lead out of it.
        ///   - isExact: whether what is below it belongs to others.
        ///   - family: 0 or more; places of one family may be taken for one another where an escaped slash is a letter
        ///     to some. `nil`: those of its kind.
        public init(prefix: [UInt8], kind: Int, isMapped: Bool, isExact: Bool = false, family: Int? = nil) {
            self.prefix = prefix
            self.kind = kind
            self.isMapped = isMapped
            self.isExact = isExact
            self.family = family ?? kind
        }
    }

    /// Whether a place comes before another one in the making of a tree.
    private static func isBefore(_ one: Place, _ other: Place) -> Bool {
        one.prefix.count != other.prefix.count ? one.prefix.count < other.prefix.count : !one.isExact && other.isExact
    }

    /// What escaped slashes are.
    public enum EscapedSlashes: Sendable {
        /// Slashes or letters, as others may take them.
        case judged
        /// Letters, to the members of one family.
        case passed
        /// Nothing that a path may have.
        case refused
    }

    /// A segment below another one.
    private struct Step: Hashable {
        let parent: Int
        let segment: ArraySlice<UInt8>
    }

    /// A segment of a declared path.
    private struct Node {
        let segment: [UInt8]
        let parent: Int
        var children: [Int] = []
        /// The same by their segments' bytes.
        var sorted: [Int] = []
        /// The kind of the place that it is; -1: of none.
        var kind: Int
        /// The kind of the place that what is below it is in.
        var kindBelow: Int
        /// Its family, and that of what is below it; -1: none.
        var family = -1
        var familyBelow = -1
        var isMapped = false
        /// Whether a child's segment has an escape.
        var hasEscapedChild = false
    }

    /// The index of `/`.
    static let root = 0

    private let nodes: [Node]
    private let places: [(node: Int, kind: Int, family: Int)]
    private let parameters: [[UInt8]]
    private let slashes: EscapedSlashes
    private let ignoresCase: Bool

    /// Makes the tree of a site.
    ///
    /// - Parameters:
    ///   - places: those of the site, in any order.
    ///   - parameters: the names of the path parameters that may carry a session. With a value of nothing but
    ///     ``isOfSession(_:)`` behind the name of a segment, they are no part of the path.
    ///   - slashes: what escaped slashes are.
    ///   - ignoresCase: whether letters of ASCII are the same in both cases. Places are declared in lower case then.
    public init(
        _ places: [Place], parameters: [String], slashes: EscapedSlashes = .judged, ignoresCase: Bool = false
    ) {
        self.slashes = slashes
        self.ignoresCase = ignoresCase
        var nodes = [Node(segment: [], parent: Self.root, kind: -1, kindBelow: -1)]
        var ends = places.map { (node: Self.root, kind: $0.kind, family: $0.family) }
        // There may be thousands below one.
        var known: [Step: Int] = [:]
        // The shortest first, so that what is below a place is of its kind until it is told otherwise; of two for one
        // path the exact one last.
        for index in places.indices.sorted(by: { Self.isBefore(places[$0], places[$1]) }) {
            var node = Self.root
            for segment in places[index].prefix.split(separator: UInt8(ascii: "/")) {
                let step = Step(parent: node, segment: segment)
                if let child = known[step] {
                    node = child
                } else {
                    let kind = nodes[node].kindBelow
                    let family = nodes[node].familyBelow
                    nodes.append(
                        Node(
                            segment: Array(segment), parent: node, kind: kind, kindBelow: kind, family: family,
                            familyBelow: family))
                    nodes[node].children.append(nodes.count - 1)
                    known[step] = nodes.count - 1
                    if segment.contains(UInt8(ascii: "%")) { nodes[node].hasEscapedChild = true }
                    node = nodes.count - 1
                }
            }
            nodes[node].kind = places[index].kind
            nodes[node].family = places[index].family
            if !places[index].isExact {
                (nodes[node].kindBelow, nodes[node].familyBelow) = (places[index].kind, places[index].family)
            }
            if places[index].isMapped { nodes[node].isMapped = true }
            ends[index].node = node
        }
        for node in nodes.indices {
            nodes[node].sorted = nodes[node].children.sorted {
                nodes[$0].segment.lexicographicallyPrecedes(nodes[$1].segment)
            }
        }
        self.nodes = nodes
        self.places = ends
        self.parameters = parameters.map { Array($0.utf8) }
    }

    /// Whether nothing in a path can be read in several ways: it has no escape, parameter, backslash, dot behind a
    /// slash or empty segment. Nearly all are so.
    public static func isPlain(_ path: Span<UInt8>) -> Bool {
        var offset = 0
        while offset + 17 <= path.count {
            let (these, next) = (path.vector(at: offset), path.vector(at: offset + 1))
            let special =
                these.lanes(equalTo: UInt8(ascii: "%")) | these.lanes(equalTo: UInt8(ascii: ";"))
                | these.lanes(equalTo: UInt8(ascii: "\\"))
            let slash = UInt8(ascii: "/")
            let border =
                these.lanes(equalTo: slash) & (next.lanes(equalTo: slash) | next.lanes(equalTo: UInt8(ascii: ".")))
            if (special | border).first < 16 { return false }
            offset += 16
        }
        while offset < path.count {
            switch path[offset] {
            case UInt8(ascii: "%"), UInt8(ascii: ";"), UInt8(ascii: "\\"): return false
            case UInt8(ascii: "/") where offset + 1 < path.count:
                if path[offset + 1] == UInt8(ascii: "/") || path[offset + 1] == UInt8(ascii: ".") { return false }
            default: break
            }
            offset += 1
        }
        return true
    }

    /// Whether whoever reads a path, in whatever way members do, finds it in a place of the same kind; see
    /// ``PathJudge``.
    ///
    /// - Parameters:
    ///   - path: a target's path, not empty.
    ///   - place: index of the place that ``PathReader`` finds.
    public func agrees(_ path: Span<UInt8>, on place: Int) -> Bool {
        guard path.count > 0, path[0] == UInt8(ascii: "/") else { return false }
        guard slashes != .judged, Self.hasEscapedSlash(path) else { return agrees(path, on: place, .kinds) }
        guard slashes == .passed else { return false }
        return agrees(path, on: place, .letters) && agrees(path, on: place, .families)
    }

    private func agrees(_ path: Span<UInt8>, on place: Int, _ reading: PathJudge.Reading) -> Bool {
        let (node, kind, family) = places[place]
        let expected = reading == .families ? family : kind
        return holds(for: path, reading, leaving: node) { $0 == expected }
    }

    /// Whether something holds for all places in which whoever reads a path finds it; see ``PathJudge``.
    ///
    /// - Parameters:
    ///   - path: a target's path, not empty.
    ///   - condition: is given the kind of a place; -1: of none.
    public func allReadings(of path: Span<UInt8>, satisfy condition: (Int) -> Bool) -> Bool {
        holds(for: path, .kinds, leaving: nil, condition)
    }

    /// The kind of the place of a path that all read alike (``isPlain(_:)``); -1: of none.
    ///
    /// - Parameter path: a target's path; an empty one is as `/`.
    public func kind(ofPlain path: Span<UInt8>) -> Int {
        var node = Self.root
        var start = 1
        while start < path.count {
            let end = path.firstOffset(of: UInt8(ascii: "/"), from: start) ?? path.count
            let segment = path.extracting(start..<end)
            guard let child = child(of: node, plain: segment) else { return nodes[node].kindBelow }
            node = child
            guard end < path.count else { return nodes[node].kind }
            start = end + 1
        }
        return node == Self.root ? nodes[node].kind : nodes[node].kindBelow
    }

    private func child(of node: Int, plain segment: Span<UInt8>) -> Int? {
        var (low, high) = (0, nodes[node].sorted.count)
        while low < high {
            let middle = (low + high) / 2
            let child = nodes[node].sorted[middle]
            switch order(segment, nodes[child].segment) {
            case 0: return child
            case ..<0: high = middle
            default: low = middle + 1
            }
        }
        return nil
    }

    /// Below 0 where a segment comes before a declared one, 0 where it is that.
    private func order(_ segment: Span<UInt8>, _ declared: [UInt8]) -> Int {
        for offset in 0..<min(segment.count, declared.count) {
            let byte = ignoresCase ? segment[offset].asciiLowercased : segment[offset]
            if byte != declared[offset] { return Int(byte) - Int(declared[offset]) }
        }
        return segment.count - declared.count
    }

    private func holds(
        for path: Span<UInt8>, _ reading: PathJudge.Reading, leaving place: Int?, _ condition: (Int) -> Bool
    ) -> Bool {
        for resolvesDots in [false, true] {
            var judge = PathJudge(path, tree: self, place: place, reading: reading, resolvesDots: resolvesDots)
            judge.read(condition)
            guard judge.agrees else { return false }
            if !judge.hasDots { return true }
        }
        return true
    }

    /// Whether some may decode a slash out of a path.
    private static func hasEscapedSlash(_ path: Span<UInt8>) -> Bool {
        for offset in path.indices where path[offset] == UInt8(ascii: "%") {
            var once = PathLetters(path, from: offset)
            var twice = PathLetters(path, from: offset)
            var dropping = PathLetters(path, from: offset)
            let slash = UInt8(ascii: "/")
            if once.once() == slash || twice.twice() == slash || dropping.twice(dropping: true) == slash { return true }
        }
        return false
    }

    /// Whether an identifier of a session may hold the byte, in a path parameter that is no part of the path.
    public static func isOfSession(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "!"), UInt8(ascii: "$"), UInt8(ascii: "*"), UInt8(ascii: "+"), UInt8(ascii: ","),
            UInt8(ascii: ":"), UInt8(ascii: "="), UInt8(ascii: "@"):
            true
        default: byte.isUnreserved
        }
    }

    // MARK: - For the judge

    func kind(_ node: Int, _ reading: PathJudge.Reading) -> Int {
        reading == .families ? nodes[node].family : nodes[node].kind
    }

    func kind(below node: Int, _ reading: PathJudge.Reading) -> Int {
        reading == .families ? nodes[node].familyBelow : nodes[node].kindBelow
    }

    func parent(_ node: Int) -> Int { nodes[node].parent }
    func isMapped(_ node: Int) -> Bool { nodes[node].isMapped }

    /// Calls `body` with the nodes that a segment may lead to from another: -1 where it leads nowhere; for each way to
    /// read its letters, where there are several.
    ///
    /// - Parameter isEscaped: whether the segment has escapes.
    func descend(from node: Int, by segment: Span<UInt8>, isEscaped: Bool, _ body: (Int) -> Void) {
        guard !nodes[node].children.isEmpty else { return body(-1) }
        let depends = isEscaped || nodes[node].hasEscapedChild
        for letters in depends ? Letters.allCases : [.normalized] {
            let found = nodes[node].children.first { equal(segment, nodes[$0].segment, letters) }
            body(found ?? -1)
        }
    }

    /// How the letters of a segment are read.
    private enum Letters: CaseIterable {
        /// Only escapes of unreserved characters are decoded.
        case normalized
        case decoded, decodedTwice
        /// See ``PathLetters/visible(decodings:)``.
        case visible, visibleDecodedTwice
    }

    private func equal(_ segment: Span<UInt8>, _ declared: [UInt8], _ letters: Letters) -> Bool {
        if letters == .normalized {
            var reader = PathReader(segment)
            for byte in declared { guard isSame(reader.next(), byte) else { return false } }
            return reader.next() == nil
        }
        var (one, other) = (PathLetters(segment), PathLetters(declared.span))
        while true {
            let (left, right) =
                switch letters {
                case .normalized, .decoded: (one.once(), other.once())
                case .decodedTwice: (one.twice(), other.twice())
                case .visible: (one.visible(decodings: 1), other.visible(decodings: 1))
                case .visibleDecodedTwice: (one.visible(decodings: 2), other.visible(decodings: 2))
                }
            guard isSame(left, right) else { return false }
            if left == nil { return true }
        }
    }

    private func isSame(_ one: UInt8?, _ other: UInt8?) -> Bool {
        one == other || ignoresCase && one?.asciiLowercased == other?.asciiLowercased
    }

    /// The end of the session's parameter that begins at a semicolon; `nil` where it is another one, or its value is
    /// more than an identifier.
    func sessionEnd(in path: Span<UInt8>, at semicolon: Int) -> Int? {
        for name in parameters {
            var end = semicolon + 1 + name.count
            guard end < path.count, path[end] == UInt8(ascii: "="),
                path.extracting(semicolon + 1..<end).equals(name.span)
            else { continue }
            end += 1
            while end < path.count, Self.isOfSession(path[end]) { end += 1 }
            if end == path.count || path[end] == UInt8(ascii: "/") || path[end] == UInt8(ascii: ";") { return end }
        }
        return nil
    }
}
