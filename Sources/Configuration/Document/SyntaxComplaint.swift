import Yams

/// What Yams could not read, in words that help.
struct SyntaxComplaint {
    /// Where Yams stopped.
    let origin: Origin
    /// What it met.
    let message: String
    /// What would probably mend it.
    let cure: String?

    /// Translates an error of Yams.
    ///
    /// - Parameters:
    ///   - error: what Yams threw.
    ///   - text: the text that it was given.
    init(_ error: any Error, text: [Unicode.Scalar]) {
        switch error {
        case YamlError.scanner(let context, let problem, let mark, _),
            YamlError.parser(let context, let problem, let mark, _),
            YamlError.composer(let context, let problem, let mark, _):
            self.init(problem, context, mark, line: Self.line(mark.line, of: text))
        case YamlError.memory:
            self.init("this is not YAML that fits into memory")
        default:
            self.init("this is not YAML: \(error)".shortened)
        }
    }

    private init(_ message: String) {
        origin = .mark(line: 1, column: 1)
        self.message = message
        cure = nil
    }

    private init(_ problem: String, _ context: YamlError.Context?, _ mark: Mark, line: [Unicode.Scalar]) {
        origin = .mark(line: mark.line, column: mark.column)
        if problem.hasPrefix("Maximum nesting level") {
            message = "mappings and lists are nested too deep"
            cure = nil
            return
        }
        var message = "this is not YAML: \(problem)"
        if let context {
            message += " \(context.text)"
            if context.mark.line != mark.line {
                message += " that starts at line \(context.mark.line), column \(context.mark.column)"
            }
        }
        self.message = message
        cure = Self.cure(problem, found: mark.column <= line.count ? line[mark.column - 1] : nil, line: line)
    }

    private static func cure(_ problem: String, found: Unicode.Scalar?, line: [Unicode.Scalar]) -> String? {
        let start = line.prefix { $0 == " " || $0 == "\t" }
        if start.contains("\t") || found == "\t" { return "indent with spaces, not with tabs" }
        if Self.hasBareIPv6(line) { return "an IPv6 address needs quotes: \"[::]:443\"" }
        if problem.hasPrefix("mapping values are not allowed") {
            return "look at the indentation, or quote the text if a colon and a space belong to it"
        }
        if problem.hasPrefix("found character that cannot start any token") { return "put the text in quotes" }
        if problem.hasPrefix("did not find expected key") || problem.hasPrefix("did not find expected '-'") {
            return "look at the indentation and the quotes of this line and the one before"
        }
        if problem.hasPrefix("did not find expected ',' or") {
            return "close the bracket, or separate the pieces by commas"
        }
        if problem.hasPrefix("could not find expected ':'") {
            return "write `key: value` with a space behind the colon"
        }
        if problem.hasPrefix("found unexpected end of stream") { return "close the quotes" }
        return nil
    }

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
        var counter = LineCounter()
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
