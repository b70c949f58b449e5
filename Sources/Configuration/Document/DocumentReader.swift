import Yams

/// Reads YAML text into a ``DocumentNode``, with all that is wrong in it as far as it can be told.
///
/// Two things would stop Yams at once, before anything else could be said, or cost it time without bound: a key that stands
/// twice, and aliases of aliases (it compares keys by all that is behind them). So Yams never sees either. Before it reads the
/// text, each `*` becomes a character of the private use area, so that an alias is a plain text and is resolved here, counted;
/// and when it refuses a doubled key, the first character of the first one becomes such a character and the text is read
/// again. Neither moves a line or a column.
struct DocumentReader {
    /// Pieces that aliases may add to a document: as many as a long file has without them.
    static let expansionMax = 100_000
    /// Characters that are parsed at most while doubled keys are looked for.
    private static let repairedCharactersMax = 8 * SourceFile.bytesMax
    /// Times that a document is parsed at most.
    private static let roundsMax = 50
    private static let hiddenKey: Unicode.Scalar = "\u{E001}"

    private var text: [Unicode.Scalar]
    private let findings: Findings
    /// The doubled keys whose first character was changed, by their places.
    private var hiddenKeys: [Origin: String] = [:]

    private init(_ source: SourceFile, findings: Findings) {
        text = source.text.map { $0 == "*" ? DocumentBuilder.hiddenStar : $0 }
        self.findings = findings
    }

    /// Reads a document.
    ///
    /// - Parameters:
    ///   - source: the text.
    ///   - findings: gets the errors.
    /// - Returns: the document; `nil` when it cannot be understood at all, which was then said.
    static func read(_ source: SourceFile, findings: Findings) -> DocumentNode? {
        var reader = DocumentReader(source, findings: findings)
        return reader.read()
    }

    private mutating func read() -> DocumentNode? {
        var rounds = 0
        while true {
            rounds += 1
            var unicode = String.UnicodeScalarView()
            unicode.append(contentsOf: text)
            do {
                // The parser keeps the anchors of its nodes alive.
                let parser = try Parser(yaml: String(unicode), resolver: .basic, encoding: .utf8)
                guard let root = try parser.nextRoot() else {
                    findings.add(
                        .mark(line: 1, column: 1), "the file is empty", cure: "say at least what listens, and where to")
                    return nil
                }
                try refuseSecondDocument(parser)
                return withExtendedLifetime(parser) {
                    DocumentBuilder.build(root, hiddenKeys: hiddenKeys, findings: findings)
                }
            } catch YamlError.duplicatedKeysInMapping(let keys, let context) {
                let isWorthAnotherRound = rounds < Self.roundsMax && rounds * text.count < Self.repairedCharactersMax
                guard isWorthAnotherRound, let key = keys.first, hide(key, at: context.mark) else {
                    findings.add(
                        .mark(line: context.mark.line, column: context.mark.column),
                        "the key \((keys.first ?? "").quoted) stands more than once in this mapping",
                        cure: "keep one of them")
                    return nil
                }
            } catch {
                findings.add(SyntaxComplaint(error, text: text))
                return nil
            }
        }
    }

    private func refuseSecondDocument(_ parser: Parser) throws {
        guard let second = try parser.nextRoot() else { return }
        findings.add(
            .mark(line: second.mark?.line ?? 1, column: second.mark?.column ?? 1), "a second document starts here",
            cure: "take the line --- in front of it away, or keep it in another file")
    }

    /// Changes the first character of a key, so that it differs from the others of its name.
    ///
    /// - Returns: `false` when there is none to change.
    private mutating func hide(_ key: String, at mark: Mark) -> Bool {
        guard var offset = offset(line: mark.line, column: mark.column) else { return false }
        if text[offset] == "\"" || text[offset] == "'" {
            let quote = text[offset]
            offset += 1
            guard offset < text.count, text[offset] != quote else { return false }
        }
        let first = text[offset]
        // A complex key, a property, or the same key once more because it is anchored.
        guard first != Self.hiddenKey, !"[{&!|>?\\\r\n".unicodeScalars.contains(first) else { return false }
        text[offset] = Self.hiddenKey
        hiddenKeys[.mark(line: mark.line, column: mark.column)] = key.replacing(DocumentBuilder.hiddenStar)
        return true
    }

    private func offset(line: Int, column: Int) -> Int? {
        var counter = LineCounter()
        for (offset, scalar) in text.enumerated() {
            if counter.line == line, counter.column == column { return offset }
            guard counter.line <= line else { return nil }
            counter.advance(over: scalar)
        }
        return nil
    }
}
