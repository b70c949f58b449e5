import Yams

/// Reads YAML text into a ``DocumentNode``, with all that is wrong in it as far as it can be told.
///
/// Two things would stop Yams at once, before anything else could be said, or cost it time without bound: a key that
/// stands twice, and aliases of aliases (it compares keys by all that is behind them). So Yams never sees either.
/// Before it reads the text, each `*` becomes a character of the private use area, so that an alias is a plain text and
/// is resolved here, counted; and when it refuses a doubled key, the first character of the first one becomes such a
/// character and the text is read again. Neither moves a line or a column.
struct DocumentReader {
    /// Pieces that aliases may add to a document: as many as a long file has without them.
    static let expansionMax = 100_000
    /// Characters that are parsed at most while doubled keys are looked for.
    private static let repairedCharactersMax = 2 * SourceFile.bytesMax
    /// Times that a document is parsed at most.
    private static let roundsMax = 50

    private let file: String
    private var text: [Unicode.Scalar]
    private let findings: Findings
    /// The doubled keys whose first character was changed, by their places.
    private var hiddenKeys: [Origin: String] = [:]

    private init(_ source: SourceFile, findings: Findings) {
        file = source.file
        text = source.text.map { $0 == "*" ? DocumentBuilder.hiddenStar : $0 }
        self.findings = findings
    }

    /// Reads a document.
    ///
    /// - Parameters:
    ///   - source: the text.
    ///   - findings: gets the errors.
    ///   - reading: what all files share.
    /// - Returns: the document; `nil` when it cannot be understood at all, which was then said.
    static func read(
        _ source: SourceFile, findings: Findings, with reading: inout Reading
    ) -> DocumentNode? {
        var reader = DocumentReader(source, findings: findings)
        return reader.read(&reading)
    }

    private mutating func read(_ reading: inout Reading) -> DocumentNode? {
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
                        .start(of: file), "the file is empty",
                        cure: reading.isIncluded
                            ? "write a piece of the configuration into it, or keep it elsewhere"
                            : "say at least what listens, and where to")
                    return nil
                }
                if case .scalar = root, let foreign = ForeignFile(text, file: file) {
                    findings.add(foreign.origin, foreign.message, cure: foreign.cure)
                    return nil
                }
                try refuseSecondDocument(parser)
                defer { withExtendedLifetime(parser) {} }
                return DocumentBuilder.build(
                    root, of: file, hiddenKeys: hiddenKeys, findings: findings, with: &reading)
            } catch YamlError.duplicatedKeysInMapping(let keys, let context) {
                let isWorthAnotherRound = rounds < Self.roundsMax && rounds * text.count < Self.repairedCharactersMax
                let origin = Origin.mark(file: file, line: context.mark.line, column: context.mark.column)
                guard isWorthAnotherRound, let key = keys.first, hide(key, at: origin) else {
                    findings.add(origin, "this key stands more than once in its mapping", cure: "keep one of them")
                    return nil
                }
            } catch {
                if let foreign = ForeignFile(text, file: file) {
                    findings.add(foreign.origin, foreign.message, cure: foreign.cure)
                } else {
                    findings.add(SyntaxComplaint(error, text: text, file: file))
                }
                return nil
            }
        }
    }

    private func refuseSecondDocument(_ parser: Parser) throws {
        guard let second = try parser.nextRoot() else { return }
        findings.add(
            .mark(file: file, line: second.mark?.line ?? 1, column: second.mark?.column ?? 1),
            "a second document starts here",
            cure: "take the line --- in front of it away, or keep it in another file")
    }

    /// Changes the first character of a key, so that it differs from the others of its name.
    ///
    /// - Returns: `false` when there is none to change.
    private mutating func hide(_ key: String, at origin: Origin) -> Bool {
        guard var offset = offset(of: origin) else { return false }
        if text[offset] == "\"" || text[offset] == "'" {
            let quote = text[offset]
            offset += 1
            guard offset < text.count, text[offset] != quote else { return false }
        }
        let first = text[offset]
        // A complex key, a property, an escape, or a key that was changed before and is met again through its anchor.
        guard !"[{&!|>?\\\r\n".unicodeScalars.contains(first), !("\u{E000}"..."\u{F8FF}" ~= first),
            // A mark for each: the keys that are changed must differ from each other as well.
            let mark = Unicode.Scalar(DocumentBuilder.hiddenStar.value + UInt32(hiddenKeys.count) + 1)
        else { return false }
        text[offset] = mark
        hiddenKeys[origin] = key.replacing(DocumentBuilder.hiddenStar)
        return true
    }

    private func offset(of origin: Origin) -> Int? {
        var counter = LineCounter(of: file)
        for (offset, scalar) in text.enumerated() {
            if counter.origin == origin { return offset }
            counter.advance(over: scalar)
        }
        return nil
    }
}
