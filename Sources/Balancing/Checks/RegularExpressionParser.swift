/// Reads the text of a regular expression.
struct RegularExpressionParser {
    /// An expression as a tree.
    indirect enum Tree {
        case set(ByteSet)
        case begin
        case end
        case boundary(Bool)
        case sequence([Tree])
        case either([Tree])
        case repeated(Tree, from: Int, to: Int?)
    }

    private let text: [Unicode.Scalar]
    private let byteCount: Int
    private var offset = 0
    private var depth = 0
    /// Whether letters stand for both cases.
    private var isFolding = false

    init(_ text: String) {
        self.text = Array(text.unicodeScalars)
        byteCount = text.utf8.count
    }

    /// Reads all of it.
    mutating func parse() throws(RegularExpressionFault) -> Tree {
        guard byteCount <= Limits.expressionBytesMax else {
            throw RegularExpressionFault(
                "is longer than \(Limits.expressionBytesMax) bytes", at: Limits.expressionBytesMax)
        }
        if text.starts(with: "(?i)".unicodeScalars) {
            isFolding = true
            offset = 4
        }
        let tree = try alternatives()
        guard offset == text.count else { throw fault("has a ) that closes nothing", meant: without(offset)) }
        return tree
    }

    private var next: Unicode.Scalar? { offset < text.count ? text[offset] : nil }

    private func fault(_ words: String, at place: Int? = nil, meant: String? = nil) -> RegularExpressionFault {
        RegularExpressionFault(words, at: (place ?? offset) + 1, meant: meant)
    }

    private func without(_ place: Int) -> String {
        string(text[..<place]) + string(text[(place + 1)...])
    }

    private func string(_ scalars: some Sequence<Unicode.Scalar>) -> String {
        var text = ""
        text.unicodeScalars.append(contentsOf: scalars)
        return text
    }

    private mutating func alternatives() throws(RegularExpressionFault) -> Tree {
        var all = [try sequence()]
        while next == "|" {
            offset += 1
            all.append(try sequence())
        }
        return all.count == 1 ? all[0] : .either(all)
    }

    private mutating func sequence() throws(RegularExpressionFault) -> Tree {
        var pieces: [Tree] = []
        while let scalar = next, scalar != "|", scalar != ")" {
            pieces.append(try repetitions(of: try piece()))
        }
        return .sequence(pieces)
    }

    // MARK: - Pieces

    private mutating func piece() throws(RegularExpressionFault) -> Tree {
        let scalar = text[offset]
        switch scalar {
        case "(": return try group()
        case "[": return .set(try characterClass())
        case "\\": return try escape()
        case "*", "+", "?":
            throw fault("has a \(scalar) with nothing before it to repeat", meant: escaped(offset))
        default: break
        }
        offset += 1
        switch scalar {
        case ".": return .set(.any)
        case "^": return .begin
        case "$": return .end
        default: return literal(scalar)
        }
    }

    /// The expression with the character at a place as itself; in a class, as a message has no backslash.
    private func escaped(_ place: Int) -> String {
        string(text[..<place]) + "[\(text[place])]" + string(text[(place + 1)...])
    }

    private func literal(_ scalar: Unicode.Scalar) -> Tree {
        let bytes = Array(String(scalar).utf8).map { byte in
            Tree.set(isFolding ? ByteSet(byte...byte).folded : ByteSet(byte...byte))
        }
        return bytes.count == 1 ? bytes[0] : .sequence(bytes)
    }

    private mutating func group() throws(RegularExpressionFault) -> Tree {
        let start = offset
        offset += 1
        if next == "?" {
            guard offset + 1 < text.count, text[offset + 1] == ":" else {
                throw fault("has a (? that is none of (?: and, in front of all, (?i)", at: start)
            }
            offset += 2
        }
        depth += 1
        guard depth <= Limits.expressionDepthMax else {
            throw fault("has more than \(Limits.expressionDepthMax) groups within one another", at: start)
        }
        let tree = try alternatives()
        guard next == ")" else { throw fault("has a ( that is not closed", at: start, meant: escaped(start)) }
        offset += 1
        depth -= 1
        return tree
    }

    private mutating func escape() throws(RegularExpressionFault) -> Tree {
        let start = offset
        if let set = try escapedSet() { return .set(set) }
        guard let scalar = next else { throw fault("ends with a \\", at: start, meant: string(text) + "\\") }
        offset += 1
        switch scalar {
        case "b": return .boundary(true)
        case "B": return .boundary(false)
        case "A": return .begin
        case "z", "Z": return .end
        case "0"..."9":
            throw fault("refers to a group by \\\(scalar), which cannot be followed in a bounded time", at: start)
        default: return literal(try control(scalar, at: start))
        }
    }

    /// Reads the class behind a backslash, or leaves what is there behind it.
    private mutating func escapedSet() throws(RegularExpressionFault) -> ByteSet? {
        offset += 1
        let set: ByteSet
        switch next {
        case "d": set = .digit
        case "D": set = ByteSet.digit.inverted
        case "s": set = .space
        case "S": set = ByteSet.space.inverted
        case "w": set = .word
        case "W": set = ByteSet.word.inverted
        default: return nil
        }
        offset += 1
        return set
    }

    /// What a letter stands for behind a backslash; signs stand for themselves.
    private func control(_ scalar: Unicode.Scalar, at start: Int) throws(RegularExpressionFault) -> Unicode.Scalar {
        switch scalar {
        case "n": return "\n"
        case "r": return "\r"
        case "t": return "\t"
        case "a"..."z", "A"..."Z":
            throw fault("has a \\\(scalar), which means nothing here", at: start, meant: without(start))
        default: return scalar
        }
    }

    // MARK: - Classes

    private mutating func characterClass() throws(RegularExpressionFault) -> ByteSet {
        let start = offset
        offset += 1
        let isInverted = next == "^"
        if isInverted { offset += 1 }
        var set = ByteSet()
        var isFirst = true
        while let scalar = next, scalar != "]" || isFirst {
            isFirst = false
            if scalar == "[", offset + 1 < text.count, ":.=".unicodeScalars.contains(text[offset + 1]) {
                throw fault("has a class by its name, such as [:digit:]; write \\d, \\s, \\w or a range")
            }
            if scalar == "\\" {
                let place = offset
                if let known = try escapedSet() {
                    set.formUnion(known)
                    continue
                }
                offset = place
            }
            try range(into: &set)
        }
        guard next == "]" else { throw fault("has a [ that is not closed", at: start, meant: escaped(start)) }
        offset += 1
        if isFolding { set = set.folded }
        return isInverted ? set.inverted : set
    }

    private mutating func range(into set: inout ByteSet) throws(RegularExpressionFault) {
        let start = offset
        let first = try member()
        guard next == "-", offset + 1 < text.count, text[offset + 1] != "]" else { return set.insert(first...first) }
        offset += 1
        let last = try member()
        guard first <= last else { throw fault("has a range in [ ] that ends before it begins", at: start) }
        set.insert(first...last)
    }

    /// Reads one character of a class.
    private mutating func member() throws(RegularExpressionFault) -> UInt8 {
        let start = offset
        guard var scalar = next else { throw fault("has a [ that is not closed") }
        offset += 1
        if scalar == "\\" {
            guard let other = next else { throw fault("has a [ that is not closed") }
            offset += 1
            scalar = other == "b" ? "\u{8}" : try control(other, at: start)
        }
        guard scalar.isASCII else {
            throw fault("has \(scalar) in [ ], where characters of ASCII alone can be: write (a|\(scalar))", at: start)
        }
        return UInt8(scalar.value)
    }

    // MARK: - Repetitions

    private mutating func repetitions(of piece: Tree) throws(RegularExpressionFault) -> Tree {
        let start = offset
        let range: (from: Int, to: Int?)
        switch next {
        case "*": range = (0, nil)
        case "+": range = (1, nil)
        case "?": range = (0, 1)
        case "{":
            guard let counts = try counts() else { return piece }
            range = counts
        default: return piece
        }
        if text[start] != "{" { offset += 1 }
        // Who takes as little as can be finds a match where there is one, as well.
        if next == "?" { offset += 1 }
        if let next, "*+".unicodeScalars.contains(next) {
            throw fault("repeats a repetition", meant: without(offset))
        }
        return try repetitions(of: .repeated(piece, from: range.from, to: range.to))
    }

    /// Reads `{2}`, `{2,}` or `{2,5}`; what is none of them is a text.
    private mutating func counts() throws(RegularExpressionFault) -> (from: Int, to: Int?)? {
        let start = offset
        guard let end = text[start...].firstIndex(of: "}") else { return nil }
        let inner = string(text[(start + 1)..<end])
        let parts = inner.split(separator: ",", omittingEmptySubsequences: false)
        guard (1...2).contains(parts.count), !parts[0].isEmpty,
            parts.allSatisfy({ $0.utf8.count <= 6 && $0.utf8.allSatisfy { 0x30...0x39 ~= $0 } })
        else { return nil }
        let from = Int(parts[0]) ?? 0
        let to = parts.count == 1 ? from : Int(parts[1])
        guard max(from, to ?? 0) <= Limits.expressionRepeatsMax else {
            throw fault("repeats more than \(Limits.expressionRepeatsMax) times")
        }
        if let to, to < from {
            throw fault(
                "repeats \(from) times at least and \(to) at most",
                meant: string(text[..<start]) + "{\(to),\(from)}" + string(text[(end + 1)...]))
        }
        offset = end + 1
        return (from, to)
    }
}
