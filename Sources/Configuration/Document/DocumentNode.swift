import Model

/// A piece of the configuration, whatever it was written in, and where it comes from.
///
/// Aliases are resolved in it: the pieces that they stand for are shared, not copied.
struct DocumentNode: Sendable {
    /// What a piece holds.
    enum Content: Sendable {
        /// Text, and whether it stands without quotes.
        case scalar(String, isPlain: Bool)
        /// Pieces in their order.
        case sequence([DocumentNode])
        /// Named pieces in their order, of different names.
        case mapping([Entry])
        /// What could not be read; that was said, and nothing more is to be said about it.
        case unreadable
    }

    /// A named piece of a mapping.
    struct Entry: Sendable {
        /// The name, without quotes and escapes.
        let name: String
        /// Where the name is written.
        let nameOrigin: Origin
        /// What stands behind it.
        let value: DocumentNode
    }

    /// Where it is written.
    let origin: Origin
    /// What it holds.
    let content: Content
    /// What a scalar said before variables were replaced in it; `nil`: there were none.
    let written: Written?
    /// How many pieces it is made of, itself and those behind aliases counted; stops growing at `Int32.max`.
    let weight: Int

    /// Makes a piece and weighs it.
    init(_ content: Content, at origin: Origin, written: Written? = nil) {
        self.origin = origin
        self.content = content
        self.written = written
        var weight = 1
        switch content {
        case .scalar, .unreadable: break
        case .sequence(let nodes): for node in nodes { weight = Self.sum(weight, node.weight) }
        case .mapping(let entries): for entry in entries { weight = Self.sum(weight, entry.value.weight) }
        }
        self.weight = weight
    }

    /// Makes a text, as if it stood in quotes.
    init(text: String, at origin: Origin) {
        self.init(.scalar(text, isPlain: false), at: origin)
    }

    /// The same where a shape is expected: with variables in it, it is a text where one is expected, whatever they
    /// hold, and else as if it stood without quotes.
    func taken(as shape: Shape) -> DocumentNode {
        guard let written, case .scalar(let text, _) = content else { return self }
        return DocumentNode(.scalar(text, isPlain: !shape.isText), at: origin, written: written)
    }

    private static func sum(_ first: Int, _ second: Int) -> Int {
        min(first + second, Int(Int32.max))
    }
}

extension DocumentNode {
    /// What a scalar is taken for, by the core schema of YAML 1.2: `no`, `off` and `12:30` are texts.
    enum Meaning: Equatable {
        case nothing
        case boolean(Bool)
        case number(String)
        case text(String)
    }

    /// What a scalar means; `nil` for a list or a mapping.
    var meaning: Meaning? {
        guard case .scalar(let text, let isPlain) = content else { return nil }
        guard isPlain else { return .text(text) }
        switch text {
        case "", "~", "null", "Null", "NULL": return .nothing
        case "true", "True", "TRUE": return .boolean(true)
        case "false", "False", "FALSE": return .boolean(false)
        default: return Self.isNumber(text) ? .number(text) : .text(text)
        }
    }

    /// What was found, as a message says it.
    var found: String {
        if let written, !written.hidden.isEmpty { return written.quoted }
        switch content {
        case .sequence: return "a list"
        case .mapping: return "a mapping"
        case .unreadable: return "nothing"
        case .scalar:
            switch meaning {
            case .nothing, nil: return "nothing"
            case .boolean(let value): return "\(value)"
            case .number(let text): return "the number \(text.shortened)"
            case .text(let text): return text.quoted
            }
        }
    }

    private static func isNumber(_ text: String) -> Bool {
        var rest = Substring(text)
        if rest.hasPrefix("0x") || rest.hasPrefix("0o") {
            return rest.count > 2 && rest.dropFirst(2).allSatisfy(\.isHexDigit)
        }
        if rest.first == "-" || rest.first == "+" { rest.removeFirst() }
        if [".inf", ".Inf", ".INF", ".nan", ".NaN", ".NAN"].contains(rest) { return true }
        let isDigit = { (character: Character) in "0"..."9" ~= character }
        let whole = rest.prefix(while: isDigit)
        rest = rest.dropFirst(whole.count)
        var fraction = Substring()
        if rest.first == "." {
            rest.removeFirst()
            fraction = rest.prefix(while: isDigit)
            rest = rest.dropFirst(fraction.count)
        }
        guard !whole.isEmpty || !fraction.isEmpty else { return false }
        guard rest.first == "e" || rest.first == "E" else { return rest.isEmpty }
        rest.removeFirst()
        if rest.first == "-" || rest.first == "+" { rest.removeFirst() }
        return !rest.isEmpty && rest.allSatisfy(isDigit)
    }
}

extension Shape {
    /// Whether a scalar is a text here.
    fileprivate var isText: Bool {
        switch self {
        case .text: true
        case .oneOrMore(let element): element.isText
        case .shorthand(let key, let table): table[key].shape.isText
        case .quantity, .boolean, .choice, .list, .named, .table: false
        }
    }
}
