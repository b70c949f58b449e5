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
    func complain(_ message: String, cure: String? = nil) {
        findings.add(node.origin, keys: keys, message, cure: cure)
    }

    /// Adds that what stands here is served, and is most likely not what was meant.
    func warn(_ message: String, cure: String? = nil) {
        findings.warn(node.origin, keys: keys, message, cure: cure)
    }

    /// Adds that something else was expected here, and says what was found.
    func refuse(expected: String, cure: String? = nil) {
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
            refuse(expected: "a mapping, or a \(name) alone", cure: Self.cure(table))
        case (.table(let table), _):
            refuse(expected: "a mapping", cure: Self.cure(table))
        default:
            preconditionFailure("\(keys) is no mapping")
        }
        return nil
    }

    private static func cure(_ table: Table) -> String {
        "its keys are \(table.keys.map(\.name).joined(separator: ", "))"
    }

    /// Reads a list.
    func items() -> [Slot]? {
        guard case .list(let element, let countMin) = shape else { preconditionFailure("\(keys) is no list") }
        guard case .sequence(let nodes) = node.content else {
            refuse(expected: "a list", cure: "start each piece with - on a line of its own")
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

    /// Reads a mapping with names of the user's choice, in their order.
    func named() -> [NamedSlot]? {
        guard case .named(let element, let names) = shape else { preconditionFailure("\(keys) has no names") }
        guard case .mapping(let entries) = node.content else {
            refuse(expected: "a mapping whose keys are each \(names.expected)")
            return nil
        }
        guard !entries.isEmpty else {
            complain("expected at least one entry, found an empty mapping")
            return nil
        }
        return entries.map { entry in
            let keys = "\(keys).\(Self.spelled(entry.name))"
            let slot = Slot(node: entry.value, shape: element, keys: keys, findings: findings)
            return NamedSlot(name: entry.name, nameOrigin: entry.nameOrigin, slot: slot)
        }
    }

    /// Reads a text that is not empty; its grammar is the caller's matter.
    func text() -> String? {
        guard case .text(let kind) = shape else { preconditionFailure("\(keys) is no text") }
        guard case .text(let text) = node.meaning, !text.isEmpty else {
            var cure: String?
            switch node.meaning {
            case .number(let text) where kind.isWord: cure = "quote it if it is meant: \(text.quoted)"
            case .boolean(let value) where kind.isWord: cure = "quote it if it is meant: \"\(value)\""
            default: break
            }
            refuse(expected: kind.expected, cure: cure)
            return nil
        }
        return text
    }

    /// Reads one of some words.
    func choice() -> String? {
        guard case .choice(let words, _, let later) = shape else { preconditionFailure("\(keys) is no choice") }
        if case .text(let text) = node.meaning {
            if words.contains(text) { return text }
            let cure =
                later.contains(text)
                ? "this version does not have it yet" : NearestName.suggestion(for: text, among: words)
            refuse(expected: words.alternatives, cure: cure)
        } else {
            refuse(expected: words.alternatives)
        }
        return nil
    }

    /// Reads `true` or `false`.
    func boolean() -> Bool? {
        guard case .boolean = shape else { preconditionFailure("\(keys) is no boolean") }
        switch node.meaning {
        case .boolean(let value): return value
        case .text(let text):
            switch text.lowercased() {
            case "yes", "on", "y", "true": refuse(expected: "true or false", cure: "write true")
            case "no", "off", "n", "false": refuse(expected: "true or false", cure: "write false")
            default: refuse(expected: "true or false")
            }
        default: refuse(expected: "true or false")
        }
        return nil
    }

    /// Reads a number in the unit of its setting; `nil`: it is the word that may stand there too, or wrong.
    func quantity() -> Int? {
        guard case .quantity(let setting, let word) = shape else { preconditionFailure("\(keys) is no number") }
        if let word, node.meaning == .text(word) { return nil }
        switch Quantity.read(node.meaning, as: setting) {
        case .success(let value): return value
        case .failure(let complaint):
            refuse(expected: Quantity.expected(setting) + (word.map { ", or \($0)" } ?? ""), cure: complaint.cure)
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
