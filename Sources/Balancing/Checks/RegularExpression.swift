/// A regular expression that a text may have a match for, in a time that is bounded whatever both are.
///
/// The usual ones of Perl's without what needs backtracking: classes, `\d`, `\s`, `\w`, `\b`, groups, alternatives,
/// repetitions, `^` and `$` for the text's beginning and end, `(?i)` in front. No references to groups and no looking
/// around. It is of bytes: `.` is one that ends no line, and a letter that is not of ASCII is its bytes in UTF-8.
///
/// All ways through the expression are followed at once, so that each byte is looked at as often as there are places in
/// it, at most.
public struct RegularExpression: Sendable {
    /// A place in the expression.
    enum Instruction: Sendable {
        /// A byte of this set, by its index, and on.
        case set(Int)
        /// Both ways.
        case split(Int, Int)
        /// On at another place.
        case jump(Int)
        /// On at the beginning of the text.
        case begin
        /// On at its end, or before the end of a line that is the last one.
        case end
        /// On between a word and what is none, or where that is not.
        case boundary(Bool)
        /// There is a match.
        case found
    }

    private let instructions: [Instruction]
    private let sets: [ByteSet]

    /// Reads an expression.
    ///
    /// - Throws: what is wrong with it, and where.
    public init(_ text: String) throws(RegularExpressionFault) {
        var parser = RegularExpressionParser(text)
        let tree = try parser.parse()
        var compiler = RegularExpressionCompiler()
        try compiler.compile(tree)
        (instructions, sets) = (compiler.instructions, compiler.sets)
    }

    /// Whether there is a match anywhere in a text.
    ///
    /// - Parameter stepsMax: looks at a byte from a place at most.
    /// - Returns: `nil`: it took more.
    public func matches(_ text: Span<UInt8>, stepsMax: Int = Limits.expressionStepsMax) -> Bool? {
        var search = Search(count: instructions.count)
        var steps = 0
        for offset in 0...text.count {
            if follow(0, at: offset, in: text, &search) { return true }
            guard offset < text.count else { break }
            search.turn()
            steps += search.here.count + 1
            guard steps <= stepsMax else { return nil }
            for place in search.here {
                guard case .set(let index) = instructions[place], sets[index].contains(text[offset]) else { continue }
                if follow(place + 1, at: offset + 1, in: text, &search) { return true }
            }
        }
        return false
    }

    /// Goes on from a place as far as no byte is needed.
    ///
    /// - Returns: whether there is a match.
    private func follow(_ start: Int, at offset: Int, in text: Span<UInt8>, _ search: inout Search) -> Bool {
        search.open.append(start)
        while let place = search.open.popLast() {
            guard search.visit(place, at: offset) else { continue }
            switch instructions[place] {
            case .set: search.waiting.append(place)
            case .split(let one, let other): search.open += [other, one]
            case .jump(let next): search.open.append(next)
            case .begin: if offset == 0 { search.open.append(place + 1) }
            case .end: if Self.isEnd(offset, of: text) { search.open.append(place + 1) }
            case .boundary(let isWanted):
                if Self.isBoundary(offset, of: text) == isWanted { search.open.append(place + 1) }
            case .found:
                search.open.removeAll(keepingCapacity: true)
                return true
            }
        }
        return false
    }

    private static func isEnd(_ offset: Int, of text: Span<UInt8>) -> Bool {
        offset == text.count || offset == text.count - 1 && text[offset] == UInt8(ascii: "\n")
    }

    private static func isBoundary(_ offset: Int, of text: Span<UInt8>) -> Bool {
        let isBehindWord = offset > 0 && ByteSet.word.contains(text[offset - 1])
        let isBeforeWord = offset < text.count && ByteSet.word.contains(text[offset])
        return isBehindWord != isBeforeWord
    }

    /// Where all ways through the expression stand.
    private struct Search {
        /// Places that are still to be followed.
        var open: [Int] = []
        /// Places at which the next byte is looked at.
        private(set) var here: [Int] = []
        /// Places that wait for the byte behind it.
        var waiting: [Int] = []
        /// Where in the text each place was last reached, and one more.
        private var visited: [Int]

        init(count: Int) {
            visited = [Int](repeating: 0, count: count)
        }

        /// Notes that a place is reached.
        ///
        /// - Returns: whether it is for the first time there.
        mutating func visit(_ place: Int, at offset: Int) -> Bool {
            guard visited[place] != offset + 1 else { return false }
            visited[place] = offset + 1
            return true
        }

        /// Goes on to the next byte.
        mutating func turn() {
            swap(&here, &waiting)
            waiting.removeAll(keepingCapacity: true)
        }
    }
}

/// What is wrong with a regular expression.
public struct RegularExpressionFault: Error, Equatable {
    /// In words, as the end of a sentence that begins with the expression: `has a ( that is not closed`.
    public let words: String
    /// The number of the character, from 1.
    public let position: Int
    /// The expression that was probably meant; `nil`: nobody can tell.
    public let meant: String?

    init(_ words: String, at position: Int, meant: String? = nil) {
        self.words = words
        self.position = position
        self.meant = meant
    }
}

/// A set of bytes.
struct ByteSet: Sendable, Equatable {
    private var bits = SIMD4<UInt64>()

    init() {}

    init(_ ranges: ClosedRange<UInt8>...) {
        for range in ranges { insert(range) }
    }

    static let digit = ByteSet(0x30...0x39)
    static let space = ByteSet(0x09...0x0D, 0x20...0x20)
    static let word = ByteSet(0x30...0x39, 0x41...0x5A, 0x5F...0x5F, 0x61...0x7A)
    /// All but the end of a line.
    static let any = ByteSet(0x0A...0x0A).inverted

    func contains(_ byte: UInt8) -> Bool { bits[Int(byte >> 6)] >> UInt64(byte & 63) & 1 == 1 }

    mutating func insert(_ range: ClosedRange<UInt8>) {
        for byte in range { bits[Int(byte >> 6)] |= 1 << UInt64(byte & 63) }
    }

    mutating func formUnion(_ other: ByteSet) { bits |= other.bits }

    var inverted: ByteSet {
        var other = self
        other.bits = ~bits
        return other
    }

    /// With each letter in both cases.
    var folded: ByteSet {
        var folded = self
        for letter in UInt8(0x41)...0x5A where contains(letter) || contains(letter | 0x20) {
            folded.insert(letter...letter)
            folded.insert((letter | 0x20)...(letter | 0x20))
        }
        return folded
    }
}
