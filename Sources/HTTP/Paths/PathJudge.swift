import Bytes

/// Follows all readings of a path at once through the places of a site, and finds out whether they end in one.
///
/// What can be read in several ways is, wherever it stands, independent of the others, as chains of servers read each
/// in a way of its own (one decodes and resolves, the next decodes again):
///
/// | in the path | may be |
/// |---|---|
/// | `;` and `%3B` | the begin of parameters, up to the next `/`, or to what may be one; a character |
/// | `\`, `%5C`, `%2F` | a slash; a character |
/// | `%00`, `%3F`, `%23` | the path's end; characters |
/// | an escape whose percent sign or digits are escaped | what comes out when it is decoded again; three characters |
/// | an escape | the same as its character; another one, unless that is unreserved (RFC 3986, section 6.2.2) |
/// | `%09`, `%0A`, `%0D`; at a segment's end, `%01` to `%20` | characters; nothing (WHATWG URL, section 4.4) |
/// | `//` | one slash; an empty segment; at the begin, a host up to the next slash |
/// | `.` and `..` between slashes | resolved, all of them; names, all of them |
/// | those with an escape in them, or beside what only may be a slash | resolved; names, each by itself |
///
/// That is a set of stacks of segments, which ``PathStacks`` holds. One pass over the path, or two where it has dot
/// segments.
struct PathJudge: ~Escapable {
    private let path: Span<UInt8>
    private let tree: PathTree
    /// The place in which all are to end; `nil`: none by itself.
    private let place: Int?
    private let reading: Reading
    private let resolvesDots: Bool
    private var stacks = PathStacks()
    /// Whether the segment that is being read may be a host: an empty one is before it, at the path's begin.
    private var mayBeHost = false
    /// Whether the one behind the parameters that are being read may be.
    private var mayHostFollow = false
    /// Whether a slash that is one to everybody is before the segment that is being read.
    private var isBehindSlash = true
    /// Whether no reading was found that leads elsewhere.
    private(set) var agrees = true
    /// Whether there was a segment of dots.
    private(set) var hasDots = false

    /// What is asked of the readings.
    enum Reading {
        /// Whether all end in a place of one kind.
        case kinds
        /// The same of those to whom an escaped slash is a letter.
        case letters
        /// Whether all end in places of one family.
        case families
    }

    /// What stands behind a segment.
    private enum Border {
        case slash, maybeSlash, parameters, maybeEnd, end
    }

    /// A segment up to the next byte that may end it.
    private struct Piece {
        let name: Range<Int>
        let border: Border
        /// The offset behind the border.
        let next: Int
    }

    private enum Kind {
        case empty, dot, twoDots, name
    }

    @_lifetime(copy path)
    init(_ path: Span<UInt8>, tree: PathTree, place: Int?, reading: Reading, resolvesDots: Bool) {
        self.path = path
        self.tree = tree
        self.place = place
        self.reading = reading
        self.resolvesDots = resolvesDots
        stacks.add(PathTree.root, plain: .ground)
    }

    /// Reads the path, which begins with a slash.
    ///
    /// - Parameter isRight: whether readings may end in a place of such a kind, or family.
    mutating func read(_ isRight: (Int) -> Bool) {
        var start = 1
        var pieceCount = 0
        while agrees {
            pieceCount += 1
            guard pieceCount <= Limits.judgedPiecesMax else { return agrees = false }
            let piece = piece(from: start)
            let closed = close(piece)
            if piece.border == .end || piece.border == .maybeEnd { settle(closed, isRight) }
            if piece.border == .end { return }
            let beginsWithNothing = kind(of: piece.name) == .empty && isAtBegin
            open(closed, piece.border)
            expectHost(behind: piece.border, afterNothing: beginsWithNothing)
            isBehindSlash = piece.border == .slash
            start = piece.next
        }
    }

    // MARK: - Pieces

    /// The segment that begins at an offset.
    private func piece(from start: Int) -> Piece {
        var offset = start
        // Where the name ends, if a session's parameter follows it.
        var nameEnd: Int?
        while offset < path.count {
            let byte = path[offset]
            switch byte {
            case UInt8(ascii: "/"): return Piece(name: start..<(nameEnd ?? offset), border: .slash, next: offset + 1)
            case UInt8(ascii: "\\"):
                return Piece(name: start..<(nameEnd ?? offset), border: .maybeSlash, next: offset + 1)
            case UInt8(ascii: ";"):
                if nameEnd != nil || kind(of: start..<offset) == .name,
                    let end = tree.sessionEnd(in: path, at: offset)
                {
                    nameEnd = nameEnd ?? offset
                    offset = end
                    continue
                }
                return Piece(name: start..<(nameEnd ?? offset), border: .parameters, next: offset + 1)
            case UInt8(ascii: "%"):
                if let (border, next) = escapedBorder(at: offset) {
                    return Piece(name: start..<offset, border: border, next: next)
                }
            default: break
            }
            offset += 1
        }
        return Piece(name: start..<(nameEnd ?? offset), border: .end, next: offset)
    }

    /// What an escape may end a segment as, decoded once or twice, also where something in it is left out.
    private func escapedBorder(at offset: Int) -> (Border, next: Int)? {
        var letters = PathLetters(path, from: offset)
        if let border = border(letters.once()) { return (border, letters.offset) }
        for dropping in [false, true] {
            letters = PathLetters(path, from: offset)
            if let border = border(letters.twice(dropping: dropping)) { return (border, letters.offset) }
        }
        return nil
    }

    private func border(_ byte: UInt8?) -> Border? {
        switch byte {
        case UInt8(ascii: "/") where reading == .letters: nil
        case UInt8(ascii: "/"), UInt8(ascii: "\\"): .maybeSlash
        case UInt8(ascii: ";"): .parameters
        case 0, UInt8(ascii: "?"), UInt8(ascii: "#"): .maybeEnd
        default: nil
        }
    }

    private func kind(of name: Range<Int>) -> Kind {
        var letters = PathLetters(path.extracting(name))
        var dotCount = 0
        while let letter = letters.visible(decodings: 2) {
            dotCount += 1
            guard letter == UInt8(ascii: "."), dotCount <= 2 else { return .name }
        }
        return dotCount == 0 ? .empty : dotCount == 1 ? .dot : .twoDots
    }

    // MARK: - Stacks

    /// The stacks when the segment has ended, as `plain`.
    private mutating func close(_ piece: Piece) -> PathStacks {
        let name = path.extracting(piece.name)
        let isEscaped = name.firstOffset(of: UInt8(ascii: "%")) != nil
        let kind = kind(of: piece.name)
        if kind == .dot || kind == .twoDots { hasDots = true }
        let isCertain = !isEscaped && isBehindSlash && (piece.border == .slash || piece.border == .end)
        var closed = PathStacks()
        for index in 0..<stacks.count {
            let stack = stacks[index]
            closed.add(stack.place, plain: stack.mixed.raised | stack.passed)
            guard stack.plain != 0 else { continue }
            // What may be nothing, or dots, to who decodes it is a name to others.
            if kind == .name || isEscaped { put(name, isEscaped: isEscaped, on: stack, &closed) }
            switch kind {
            case .empty: closed.add(stack.place, plain: stack.plain | stack.plain.raised)
            case .name: break
            case .dot, .twoDots:
                if !isCertain || !resolvesDots { closed.add(stack.place, plain: stack.plain.raised) }
                guard resolvesDots else { continue }
                if kind == .dot { closed.add(stack.place, plain: stack.plain) } else { pop(stack, &closed) }
            }
        }
        return closed
    }

    private func put(_ name: Span<UInt8>, isEscaped: Bool, on stack: PathStacks.Stack, _ closed: inout PathStacks) {
        closed.add(stack.place, plain: (stack.plain & ~.ground).raised)
        guard stack.plain & .ground != 0 else { return }
        tree.descend(from: stack.place, by: name, isEscaped: isEscaped) { child in
            if child < 0 {
                closed.add(stack.place, plain: .ground.raised)
            } else {
                closed.add(child, plain: .ground)
            }
        }
    }

    private mutating func pop(_ stack: PathStacks.Stack, _ closed: inout PathStacks) {
        closed.add(stack.place, plain: stack.plain.lowered)
        guard stack.plain & .ground != 0 else { return }
        // What members get in its place has other neighbours.
        if stack.place == place, tree.isMapped(stack.place) { agrees = false }
        closed.add(tree.parent(stack.place), plain: .ground)
    }

    /// Begins the next segment.
    private mutating func open(_ closed: PathStacks, _ border: Border) {
        var opened = PathStacks()
        for index in 0..<closed.count {
            let (place, heights) = (closed[index].place, closed[index].plain)
            switch border {
            case .slash, .maybeSlash: opened.add(place, plain: heights)
            case .parameters: opened.add(place, passed: heights)
            case .maybeEnd, .end: break
            }
        }
        for index in 0..<stacks.count where border != .slash {
            let stack = stacks[index]
            opened.add(stack.place, mixed: stack.plain | stack.mixed, passed: stack.passed)
        }
        if mayBeHost, border == .slash || border == .maybeSlash { opened.add(PathTree.root, plain: .ground) }
        if closed.isFull || opened.isFull { agrees = false }
        stacks = opened
    }

    /// Whether some reading has nothing before the segment that is being read.
    private var isAtBegin: Bool {
        for index in 0..<stacks.count where stacks[index].place == PathTree.root {
            return stacks[index].plain & .ground != 0
        }
        return false
    }

    /// Finds out whether the next segment may be a host.
    private mutating func expectHost(behind border: Border, afterNothing: Bool) {
        switch border {
        case .slash:
            // Who resolves dot segments may take the host away, and the next segment is another one.
            mayBeHost = afterNothing || mayHostFollow || mayBeHost && resolvesDots
            mayHostFollow = false
        case .maybeSlash: mayBeHost = mayBeHost || afterNothing || mayHostFollow
        case .parameters: mayHostFollow = mayHostFollow || afterNothing
        case .maybeEnd, .end: break
        }
    }

    /// Looks where the stacks are at the path's end.
    private mutating func settle(_ closed: PathStacks, _ isRight: (Int) -> Bool) {
        for index in 0..<closed.count {
            let (place, heights) = (closed[index].place, closed[index].plain)
            if heights & .ground != 0, !isRight(tree.kind(place, reading)) { agrees = false }
            if heights & ~.ground != 0, !isRight(tree.kind(below: place, reading)) { agrees = false }
        }
        if closed.isFull || mayBeHost && !isRight(tree.kind(PathTree.root, reading)) { agrees = false }
    }
}
