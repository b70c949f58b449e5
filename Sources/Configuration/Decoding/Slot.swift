import Forwarding

/// A place in the configuration: what it may hold and what stands there.
///
/// Reading it as what its shape is not is a broken invariant of the decoder. What stands there and should not is added
/// to the findings, and `nil` returned.
struct Slot {
    /// What stands here.
    let node: DocumentNode
    /// What may stand here.
    let shape: Shape
    /// The keys that lead here, such as `balancers.shop`.
    let keys: String
    /// What gets the complaints.
    let findings: Findings

    /// Adds that something is wrong with what stands here.
    func complain(_ message: String, cure: Cure? = nil) {
        findings.add(node.origin, keys: keys, message, cure: cure)
    }

    /// Adds that what stands here is served, and is most likely not what was meant.
    func warn(_ message: String, cure: Cure? = nil) {
        findings.warn(node.origin, keys: keys, message, cure: cure)
    }

    /// Adds that something else was expected here, and says what was found.
    func refuse(expected: String, cure: Cure? = nil) {
        if case .unreadable = node.content { return }
        complain("expected \(expected), found \(node.found)", cure: cure)
    }

    /// Reads a mapping with known keys. The short form of a shape is turned into the long one.
    func section() -> Section? {
        switch (shape, node.content) {
        case (.table(let table), .mapping(let entries)), (.shorthand(_, let table), .mapping(let entries)):
            return Section(entries, of: self, table: table)
        case (.shorthand(let name, let table), .scalar) where node.meaning != .nothing:
            let entry = DocumentNode.Entry(name: name, nameOrigin: node.origin, value: node)
            return Section([entry], of: self, table: table, isShort: true)
        case (.shorthand(let name, let table), _):
            refuse(expected: "a mapping, or a \(name) alone", cure: cure(table))
        case (.table(let table), _):
            refuse(expected: "a mapping", cure: cure(table))
        default:
            preconditionFailure("\(keys) is no mapping")
        }
        return nil
    }

    /// What to write where a mapping is expected.
    private func cure(_ table: Table) -> Cure {
        let keys: Cure = "its keys are \(table.keys.map(\.name).joined(separator: ", "))"
        switch node.meaning {
        case .boolean(let isOn):
            return table.keys.contains { $0.name == "enabled" } ? .write("{ enabled: \(isOn) }") : keys
        case .text(let text):
            if let isOn = Self.boolean(text), table.keys.contains(where: { $0.name == "enabled" }) {
                return .write("{ enabled: \(isOn) }")
            }
            if let blank = MissingBlank(text), table.keys.contains(where: { $0.name == blank.key }) {
                return .write("{ \(blank.entry) }")
            }
            // What stands alone is what the mapping cannot do without.
            let required = table.keys.filter(\.isRequired)
            guard required.count == 1, case .text = required[0].shape, let yaml = text.yaml else { return keys }
            return .write("{ \(required[0].name): \(yaml) }")
        default: return keys
        }
    }

    /// Reads a list.
    func items() -> [Slot]? {
        guard case .list(let element, let countMin) = shape else { preconditionFailure("\(keys) is no list") }
        guard case .sequence(let nodes) = node.content else {
            refuse(expected: "a list", cure: cure(listOf: element, countMin: countMin))
            return nil
        }
        guard nodes.count >= countMin else {
            complain("expected at least \(countMin) in the list, found \(nodes.count)")
            return nil
        }
        return nodes.enumerated().map { offset, node in
            Slot(node: node, shape: element, keys: "\(keys)[\(offset)]", findings: findings)
        }
    }

    /// What to write where a list is expected.
    private func cure(listOf element: Shape, countMin: Int) -> Cure {
        let words: Cure = "start each piece with - on a line of its own"
        switch (element, node.meaning) {
        case (_, .nothing): return countMin == 0 ? .write("[]") : words
        case (.table, _), (.shorthand, _), (_, nil): return words
        case (.choice(let names, _, let foreign), .text(let text)):
            let pieces = Self.pieces(text).map { piece in
                if names.contains(piece) { return piece }
                if case .write(let word) = foreign.cure(ofValue: piece)?.edit { return word }
                return NearestName.nearest(to: piece, among: names) ?? piece
            }
            return .write("[\(pieces.joined(separator: ", "))]")
        case (_, .text(let text)):
            let pieces = Self.pieces(text).compactMap(\.yaml)
            return .write("[\(pieces.joined(separator: ", "))]")
        case (_, .number(let text)): return .write("[\(text)]")
        case (_, .boolean(let value)): return .write("[\(value)]")
        }
    }

    private static func pieces(_ text: String) -> [String] {
        text.split { $0 == "," || $0 == " " }.map(String.init)
    }

    /// Reads a mapping with names of the user's choice, in their order.
    func named() -> [NamedSlot]? {
        guard case .named(let element, let names) = shape else { preconditionFailure("\(keys) has no names") }
        guard case .mapping(let entries) = node.content else {
            if case .text(let text) = node.meaning, let blank = MissingBlank(text) {
                complain("\(text.quoted) \(MissingBlank.message)", cure: .write("{ \(blank.entry) }"))
            } else {
                refuse(expected: "a mapping whose keys are each \(names.expected)")
            }
            return nil
        }
        guard !entries.isEmpty else {
            complain("expected at least one entry, found an empty mapping")
            return nil
        }
        return entries.compactMap { entry in
            let keys = "\(keys).\(Self.spelled(entry.name))"
            if entry.value.meaning == .nothing, let blank = MissingBlank(entry.name) {
                findings.add(
                    entry.nameOrigin, keys: self.keys, "\(entry.name.quoted) \(MissingBlank.message)",
                    cure: .write(blank.entry))
                return nil
            }
            let slot = Slot(node: entry.value, shape: element, keys: keys, findings: findings)
            return NamedSlot(name: entry.name, nameOrigin: entry.nameOrigin, slot: slot)
        }
    }

    /// Reads a text that is not empty; its grammar is the caller's matter.
    ///
    /// - Parameter names: what it can be, where that is known; else whatever its grammar takes.
    func text(among names: [String]? = nil) -> String? {
        guard case .text(let kind) = shape else { preconditionFailure("\(keys) is no text") }
        guard case .text(let text) = node.meaning, !text.isEmpty else {
            var word: String?
            switch node.meaning {
            case .number(let text) where kind.isWord: word = text
            case .boolean(let value) where kind.isWord: word = "\(value)"
            default: break
            }
            if let meant = word, names?.contains(meant) == false { word = nil }
            refuse(expected: kind.expected, cure: word.map { .quote($0) })
            return nil
        }
        return text
    }

    /// Reads one of some words.
    ///
    /// - Parameter foreign: what others call them here, beside what they are always called.
    func choice(foreign here: ForeignWords = .none) -> String? {
        guard case .choice(let words, _, let foreign) = shape else { preconditionFailure("\(keys) is no choice") }
        if case .text(let text) = node.meaning {
            if words.contains(text) { return text }
            let cure = here.cure(ofValue: text) ?? foreign.cure(ofValue: text)
            refuse(expected: words.alternatives, cure: cure ?? NearestName.suggestion(for: text, among: words))
        } else {
            refuse(expected: words.alternatives)
        }
        return nil
    }

    /// Reads `true` or `false`.
    func boolean() -> Bool? {
        guard case .boolean = shape else { preconditionFailure("\(keys) is no boolean") }
        var meant: Bool?
        switch node.meaning {
        case .boolean(let value): return value
        case .text(let text): meant = Self.boolean(text)
        case .number("1"): meant = true
        case .number("0"): meant = false
        default: break
        }
        refuse(expected: "true or false", cure: meant.map { .write("\($0)") })
        return nil
    }

    /// What a word means by which people say yes or no.
    private static func boolean(_ text: String) -> Bool? {
        switch text.lowercased() {
        case "yes", "on", "y", "true", "enabled": true
        case "no", "off", "n", "false", "disabled", "none": false
        default: nil
        }
    }

    /// Reads a number in the unit of its setting; `nil`: it is the word that may stand there too, or wrong.
    func quantity() -> Int? {
        guard case .quantity(let setting, let word) = shape else { preconditionFailure("\(keys) is no number") }
        if let word, node.meaning == .text(word) { return nil }
        switch Quantity.read(node.meaning, as: setting) {
        case .success(let value): return value
        case .failure(let complaint):
            var cure = complaint.cure
            if case .text(let text) = node.meaning {
                switch text.lowercased() {
                case "auto", "default": cure = .takeAway("leave it out to have that")
                case "unlimited", "none", "infinite", "infinity", "no":
                    if word == "off" { cure = .write("off") }
                default: break
                }
            }
            refuse(expected: Quantity.expected(setting) + (word.map { ", or \($0)" } ?? ""), cure: cure)
            return nil
        }
    }

    /// A name as a part of a path of keys.
    static func spelled(_ name: String) -> String {
        let isPlain = name.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "!")...UInt8(ascii: "~"): byte != UInt8(ascii: ".") && byte != UInt8(ascii: "\"")
            default: false
            }
        }
        return isPlain && !name.isEmpty ? name.shortened : name.quoted
    }
}

/// An entry of a mapping with names of the user's choice.
struct NamedSlot {
    /// The name.
    let name: String
    /// Where the name is written.
    let nameOrigin: Origin
    /// What stands behind it.
    let slot: Slot
}

extension [String] {
    /// `a, b or c`.
    var alternatives: String {
        guard count > 1, let last else { return first ?? "" }
        return "\(dropLast().joined(separator: ", ")) or \(last)"
    }
}
