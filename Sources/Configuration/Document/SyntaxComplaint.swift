import Yams

/// What Yams could not read, in words that help.
struct SyntaxComplaint {
    /// Where Yams stopped.
    let origin: Origin
    /// What it met.
    let message: String
    /// What would probably mend it.
    let cure: Cure?

    /// Translates an error of Yams.
    ///
    /// - Parameters:
    ///   - error: what Yams threw.
    ///   - text: the text that it was given.
    ///   - file: where it stands.
    init(_ error: any Error, text: [Unicode.Scalar], file: String) {
        switch error {
        case YamlError.scanner(let context, let problem, let mark, _),
            YamlError.parser(let context, let problem, let mark, _),
            YamlError.composer(let context, let problem, let mark, _):
            self.init(problem, context, mark, of: text, file: file)
        case YamlError.memory:
            self.init("this is not YAML that fits into memory", file: file)
        default:
            self.init("this is not YAML: \(error)".shortened, file: file)
        }
    }

    private init(_ message: String, file: String) {
        origin = .start(of: file)
        self.message = message
        cure = nil
    }

    private init(
        _ problem: String, _ context: YamlError.Context?, _ mark: Mark, of text: [Unicode.Scalar], file: String
    ) {
        let line = Self.line(mark.line, of: text)
        let found = mark.column <= line.count ? line[mark.column - 1] : nil
        let start = context.map {
            $0.mark.line == mark.line ? "" : " (it begins at line \($0.mark.line), column \($0.mark.column))"
        }
        if let forgotten = Self.forgottenColon(problem, mark, line, of: text) {
            origin = .mark(file: file, line: forgotten.line, column: forgotten.column)
            message = "this looks like a key, and has no colon with a blank behind it"
            cure = "write `key: value` with a space behind the colon"
            return
        }
        let known = Self.known(problem, found: found, line: line, start: start ?? "")
        // What was opened and not closed, or begun and not ended, is best looked for where it begins.
        let isAtStart = ["found unexpected end of stream", "could not find expected ':'"].contains(
            where: problem.hasPrefix)
        let place = isAtStart ? context?.mark ?? mark : mark
        origin = Self.origin(of: place, in: text, file: file)
        message = known?.message ?? "this is not YAML: \(problem)\(context.map { " \($0.text)" } ?? "")\(start ?? "")"
        cure = known?.cure
    }

    /// Lines of blanks and comments between the two that are gone back at most.
    private static let linesBackMax = 20

    /// The line in front of a key to which it belongs as a text of two lines, as that one has no colon: `workers 2`.
    private static func forgottenColon(
        _ problem: String, _ mark: Mark, _ line: [Unicode.Scalar], of text: [Unicode.Scalar]
    ) -> (line: Int, column: Int)? {
        // The colon that is met is the first one of its line.
        let problems = ["mapping values are not allowed", "did not find expected <document start>"]
        guard problems.contains(where: problem.hasPrefix), !line.prefix(max(0, mark.column - 1)).contains(":")
        else {
            return nil
        }
        let indent = line.prefix { $0 == " " }.count
        // Each look at a line reads the text from its beginning.
        for number in stride(from: mark.line - 1, to: max(0, mark.line - Self.linesBackMax), by: -1) {
            let line = self.line(number, of: text)
            let rest = line.drop { $0 == " " }
            guard let first = rest.first, first != "#" else { continue }
            let isWord = first.properties.isAlphabetic && !String(String.UnicodeScalarView(rest)).contains(": ")
            return isWord && rest.last != ":" && line.count - rest.count == indent ? (number, indent + 1) : nil
        }
        return nil
    }

    /// A place in the file; its end where libyaml counts one line more, which has no line feed to begin it.
    private static func origin(of place: Mark, in text: [Unicode.Scalar], file: String) -> Origin {
        var end = LineCounter(of: file)
        for scalar in text { end.advance(over: scalar) }
        return place.line > end.line ? end.origin : .mark(file: file, line: place.line, column: place.column)
    }

    /// What libyaml's sentences mean to who wrote the file.
    private static func known(
        _ problem: String, found: Unicode.Scalar?, line: [Unicode.Scalar], start: String
    ) -> (message: String, cure: Cure?)? {
        let indent = line.prefix { $0 == " " || $0 == "\t" }
        if problem.hasPrefix("Maximum nesting level") { return ("mappings and lists are nested too deep", nil) }
        if indent.contains("\t") || found == "\t" {
            return ("a tab stands where YAML takes blanks alone", "indent with spaces, not with tabs")
        }
        if hasBareIPv6(line) {
            return ("an address in brackets is read as a list", "an IPv6 address needs quotes: \"[::]:443\"")
        }
        guard let sentence = sentences.first(where: { problem.hasPrefix($0.problem) }) else { return nil }
        let message = sentence.message.replacing("$START", with: start)
            .replacing("$FOUND", with: found.map { String($0) }?.quoted ?? "this")
        return (message, sentence.cure)
    }

    /// How libyaml's sentences begin, and what they mean; `$START`: where what is open begins; `$FOUND`: what stands
    /// there.
    private static let sentences: [(problem: String, message: String, cure: Cure)] = [
        (
            "mapping values are not allowed",
            "a second colon that makes a key stands in this line, or a key where none can be",
            "look at the indentation, or quote the text if a colon and a space belong to it"
        ),
        ("found character that cannot start any token", "a text cannot start with $FOUND", "put the text in quotes"),
        (
            "did not find expected key", "a key was expected here, as far indented as the others of its mapping$START",
            "look at the indentation and the quotes of this line and the one before"
        ),
        (
            "did not find expected '-'",
            "a piece that starts with - was expected here, as far indented as the others of its list$START",
            "look at the indentation and the quotes of this line and the one before"
        ),
        (
            "did not find expected ',' or", "a bracket is open$START, and neither a comma nor its end stands here",
            "close the bracket, or separate the pieces by commas"
        ),
        (
            "could not find expected ':'", "this looks like a key, and has no colon with a blank behind it",
            "write `key: value` with a space behind the colon"
        ),
        ("found unexpected end of stream", "a quote is open here, and closed nowhere", "close the quotes"),
        (
            "found unknown escape character", "a backslash stands between double quotes",
            "write it twice, or use single quotes"
        ),
        (
            "did not find expected alphabetic or numeric character", "a name is missing behind & or *",
            "put the text in quotes if the character belongs to it"
        ),
        (
            "block sequence entries are not allowed", "a list's piece cannot start here",
            "put the - on a line of its own below the key, and indent it"
        ),
        (
            "found incompatible YAML document", "this asks for a version of YAML that is not known",
            "take the line away"
        ),
        (
            "did not find expected node content", "a value was expected here",
            "put the text in quotes if it starts with a bracket, a comma or the like"
        ),
    ]

    /// Tells whether there is a bracket with a colon close behind it, which YAML takes for a list.
    private static func hasBareIPv6(_ line: [Unicode.Scalar]) -> Bool {
        for (offset, scalar) in line.enumerated() where scalar == "[" {
            let isQuoted = offset > 0 && (line[offset - 1] == "\"" || line[offset - 1] == "'")
            let inside = line[(offset + 1)...].prefix { $0.properties.isASCIIHexDigit || $0 == ":" || $0 == "." }
            if !isQuoted, inside.count(where: { $0 == ":" }) >= 2 { return true }
        }
        return false
    }

    private static func line(_ number: Int, of text: [Unicode.Scalar]) -> [Unicode.Scalar] {
        var counter = LineCounter(of: "")
        var line: [Unicode.Scalar] = []
        for scalar in text {
            if counter.line > number { break }
            if counter.line == number, scalar != "\n", scalar != "\r" { line.append(scalar) }
            counter.advance(over: scalar)
        }
        return line
    }
}

extension Findings {
    /// Adds what Yams could not read.
    func add(_ complaint: SyntaxComplaint) {
        add(complaint.origin, complaint.message, cure: complaint.cure)
    }
}
