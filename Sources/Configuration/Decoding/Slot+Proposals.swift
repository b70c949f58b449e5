import Model

/// What to write where something else stands than a shape has.
///
/// Only what the shape takes is proposed, so that who writes it is not told of the next mistake.
extension Slot {
    /// Characters of a text, and pieces of a list, that are looked at.
    private static let lengthMax = 200
    private static let countMax = 8

    /// What to write where a mapping with the keys of a table is expected.
    func cure(_ table: Table) -> Cure {
        let isSwitched = table.keys.contains { $0.name == "enabled" }
        switch node.meaning {
        case .boolean(let isOn) where isSwitched: return .write("{ enabled: \(isOn) }")
        case .boolean(false):
            if let cure = ForeignWords.of(table.others).cureOfNone("false") { return cure }
        case .text(let text):
            if isSwitched, let isOn = Self.boolean(text) { return .write("{ enabled: \(isOn) }") }
            if let blank = MissingBlank(text), table.keys.contains(where: { $0.name == blank.key }) {
                return .write("{ \(blank.entry) }")
            }
            if let cure = ForeignWords.of(table.others).cureOfNone(text) { return cure }
            if let key = table.keys.first(where: { $0.shape.hasWord(text) }) {
                return .write("{ \(key.name): \(text) }")
            }
            if let yaml = proposal(text, as: .table(table)) { return .write(yaml) }
        default: break
        }
        return Cure("its keys are \(table.keys.map(\.name).joined(separator: ", "))")
    }

    /// What to write where a mapping with names of the user's choice is expected.
    func cure(named element: Shape, _ names: TextKind) -> Cure? {
        if case .text(let text) = node.meaning { return proposal(text, as: shape).map { .write($0) } }
        guard case .sequence(let nodes) = node.content, case .shorthand = element, nodes.count <= Self.countMax,
            !nodes.isEmpty
        else { return nil }
        var entries: [String] = []
        for (offset, node) in nodes.enumerated() {
            guard case .text(let text) = node.meaning, let name = Self.name(offset, of: names),
                let yaml = proposal(text, as: element)
            else { return nil }
            entries.append("\(name): \(yaml)")
        }
        return .write("{ \(entries.joined(separator: ", ")) }")
    }

    /// What to write where a list is expected.
    ///
    /// - Parameter takes: whether a text can be a piece, as far as its shape does not tell.
    func cure(listOf element: Shape, countMin: Int, _ takes: (String) -> Bool) -> Cure {
        if node.meaning == .nothing, countMin == 0 { return .write("[]") }
        if case .table = element {
            guard node.meaning != nil else { return "write - in front of it, or [ … ] around it" }
            if case .text(let text) = node.meaning, let yaml = proposal(text, as: shape) { return .write(yaml) }
            return "start each piece with - on a line of its own"
        }
        var pieces: [String] = []
        switch node.meaning {
        case .text(let text) where text.utf8.count <= Self.lengthMax:
            pieces = text.split { $0 == "," || $0 == " " }.map(String.init)
        case .number(let text): pieces = [text]
        default: break
        }
        let written = pieces.compactMap { takes($0) ? meant($0, as: element) : nil }
        guard !pieces.isEmpty, written.count == pieces.count else {
            return Cure("write a list whose pieces are each \(Self.expected(element))")
        }
        return .write("[\(written.joined(separator: ", "))]")
    }

    /// A piece of a list as it was meant.
    private func meant(_ piece: String, as element: Shape) -> String? {
        switch element {
        case .choice(let words, _, let others):
            if words.contains(piece) { return piece }
            if case .write(let word) = ForeignWords.of(others).cure(ofValue: piece)?.edit { return word }
            return NearestName.nearest(to: piece, among: words)
        case .quantity(let setting, let word):
            if piece == word { return piece }
            guard case .success = Quantity.read(.number(piece), as: setting) else { return nil }
            return piece
        default: return proposal(piece, as: element)
        }
    }

    private static func expected(_ element: Shape) -> String {
        switch element {
        case .choice(let words, _, _): words.alternatives
        case .quantity(let setting, let word): Quantity.expected(setting) + (word.map { ", or \($0)" } ?? "")
        case .text(let kind): kind.expected
        default: "as they are to be"
        }
    }

    /// What to write for a text; `nil` also where nobody would read it.
    private func proposal(_ text: String, as shape: Shape) -> String? {
        findings.count < Findings.countMax ? Self.wrapped(text, as: shape) : nil
    }

    /// A text as one writes it where a shape is expected: in the brackets that it lacks, and under the keys that it
    /// needs.
    ///
    /// - Returns: `nil` where one text does not make it.
    private static func wrapped(_ text: String, as shape: Shape) -> String? {
        switch shape {
        case .text(let kind): return text.yaml.flatMap { kind.takes(text) ? $0 : nil }
        case .shorthand(let name, let table): return wrapped(text, as: table[name].shape)
        case .oneOrMore(let element): return wrapped(text, as: element)
        case .list(let element, _): return wrapped(text, as: element).map { "[\($0)]" }
        case .named(let element, let names):
            guard case .shorthand = element, let name = name(0, of: names) else { return nil }
            return wrapped(text, as: element).map { "{ \(name): \($0) }" }
        case .table(let table):
            guard let key = table.key(of: text) else { return nil }
            return wrapped(text, as: key.shape).map { "{ \(key.name): \($0) }" }
        case .quantity, .boolean, .choice: return nil
        }
    }

    /// A name to propose: members are counted, and of paths there is one that has all below it.
    private static func name(_ offset: Int, of names: TextKind) -> String? {
        guard !names.isWord else { return "node\(offset + 1)" }
        guard case .pathPrefix = names else { return nil }
        return offset == 0 ? "/" : nil
    }
}

extension Table {
    /// The key that is meant where a text stands alone: the one that the mapping cannot do without, or ``alone``.
    fileprivate func key(of text: String) -> Key? {
        let required = keys.filter(\.isRequired)
        if required.count == 1 { return required[0] }
        guard let alone, required.isEmpty, text.contains(where: { $0 == "/" || $0 == "." }) else { return nil }
        return self[alone]
    }
}

extension Shape {
    /// Whether a text is one of the words that may stand there.
    fileprivate func hasWord(_ text: String) -> Bool {
        switch self {
        case .choice(let words, _, _): words.contains(text)
        case .text(.logFormat): LogFormat.words.contains(text)
        default: false
        }
    }
}

extension TextKind {
    /// Whether a text is of this kind, as far as ``pattern`` tells.
    fileprivate func takes(_ text: String) -> Bool {
        guard let regex = try? Regex(pattern) else { return false }
        return text.wholeMatch(of: regex) != nil
    }
}
