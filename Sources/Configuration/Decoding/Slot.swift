import Model

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
    /// What relative paths start from.
    let folders: BaseFolders

    /// A place within this one.
    func place(_ node: DocumentNode, _ shape: Shape, keys: String) -> Slot {
        Slot(node: node.taken(as: shape), shape: shape, keys: keys, findings: findings, folders: folders)
    }

    /// What relative paths here start from.
    var folder: BaseFolder { folders.folder(of: node.origin) }

    /// Another place, as a message says it that is about this one.
    func said(_ other: Origin) -> String { other.words(from: node.origin) }

    /// Adds that something is wrong with what stands here.
    func complain(_ message: String, cure: Cure? = nil) {
        findings.add(node.origin, keys: keys, concealed(message), cure: concealed(cure))
    }

    /// Adds that what stands here is served, and is most likely not what was meant.
    func warn(_ message: String, cure: Cure? = nil) {
        findings.warn(node.origin, keys: keys, concealed(message), cure: concealed(cure))
    }

    /// A sentence about what stands here without what came from the environment.
    private func concealed(_ message: String) -> String {
        guard let written = node.written, case .scalar(let text, _) = node.content else { return message }
        return written.conceal(message, of: text)
    }

    private func concealed(_ cure: Cure?) -> Cure? {
        guard let hidden = node.written?.hidden, !hidden.isEmpty else { return cure }
        return .concealed(cure, hidden)
    }

    /// Whether some of it came from the environment.
    var isFromEnvironment: Bool { node.written?.hidden.isEmpty == false }

    /// Adds that something else was expected here, and says what was found.
    func refuse(expected: String, cure: Cure? = nil) {
        if case .unreadable = node.content { return }
        findings.add(
            node.origin, keys: keys, "expected \(expected), found \(node.found)", cure: formCure(cure), isShown: true)
    }

    /// What to do about what has not the form that is expected: where it came from the environment, something there.
    private func formCure(_ cure: Cure?) -> Cure? {
        guard let variables = node.written?.hidden, !variables.isEmpty else { return cure }
        switch shape {
        case .table, .named, .list: return "write it here: a variable is never more than one value"
        default: return cure?.edit == .takeAway ? cure : .another(variables)
        }
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

    /// Reads a list.
    ///
    /// - Parameter takes: whether a text can be a piece, as far as its shape does not tell: a list is proposed only
    ///   of such.
    func items(_ takes: (String) -> Bool = { _ in true }) -> [Slot]? {
        guard case .list(let element, let countMin) = shape else { preconditionFailure("\(keys) is no list") }
        guard case .sequence(let nodes) = node.content else {
            refuse(expected: "a list", cure: cure(listOf: element, countMin: countMin, takes))
            return nil
        }
        guard nodes.count >= countMin else {
            complain("expected at least \(countMin) in the list, found \(nodes.count)")
            return nil
        }
        return nodes.enumerated().map { offset, node in place(node, element, keys: "\(keys)[\(offset)]") }
    }

    /// Reads one piece that stands alone, or a list of them.
    func pieces() -> [Slot]? {
        guard case .oneOrMore(let element) = shape else { preconditionFailure("\(keys) is no piece and no list") }
        guard case .sequence(let nodes) = node.content else { return [place(node, element, keys: keys)] }
        guard !nodes.isEmpty else {
            complain("expected at least 1 in the list, found 0")
            return nil
        }
        return nodes.enumerated().map { offset, node in place(node, element, keys: "\(keys)[\(offset)]") }
    }

    /// Reads a mapping with names of the user's choice, in their order.
    func named() -> [NamedSlot]? {
        guard case .named(let element, let names) = shape else { preconditionFailure("\(keys) has no names") }
        guard case .mapping(let entries) = node.content else {
            if case .text(let text) = node.meaning, let blank = MissingBlank(text) {
                complain("\(text.quoted) \(MissingBlank.message)", cure: .write("{ \(blank.entry) }"))
            } else {
                refuse(
                    expected: "a mapping whose keys are each \(names.expected)", cure: cure(named: element, names))
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
            return NamedSlot(
                name: entry.name, nameOrigin: entry.nameOrigin, slot: place(entry.value, element, keys: keys))
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
        guard case .choice(let words, _, let others) = shape else { preconditionFailure("\(keys) is no choice") }
        let foreign = ForeignWords.of(others)
        var cure = cureOfNothing
        switch node.meaning {
        case .text(let text):
            if words.contains(text) { return text }
            cure =
                here.cure(ofValue: text) ?? foreign.cure(ofValue: text)
                ?? NearestName.suggestion(for: text, among: words)
        case .number(let text) where words.contains(text): return text
        case .boolean(let value): cure = foreign.cure(ofValue: "\(value)")
        default: break
        }
        refuse(expected: words.alternatives, cure: cure)
        return nil
    }

    /// Reads `true` or `false`.
    func boolean() -> Bool? {
        guard case .boolean(_, let kind) = shape else { preconditionFailure("\(keys) is no boolean") }
        var cure = cureOfNothing
        switch node.meaning {
        case .boolean(let value): return value
        case .text(let text) where text == "true" || text == "false":
            cure = Cure("take the quotes away", .write(text))
        case .text(let text) where keys.hasSuffix(".keepalive") && isDuration:
            cure = Cure("write ttl: \(text) for how long idle connections are kept; keepalive is the kernel's probes")
        case .text(let text): cure = Self.boolean(text).map { .write("\($0)") }
        case .number("1"): cure = .write("true")
        case .number("0"): cure = .write("false")
        default: break
        }
        refuse(expected: kind.map { "true, false, or \($0.expected)" } ?? "true or false", cure: cure)
        return nil
    }

    /// Whether what stands here could be how long an idle connection is kept.
    private var isDuration: Bool {
        guard case .quantity(let setting, _) = MemberConfiguration.schema.table["ttl"].shape else { return false }
        if case .success = Quantity.read(node.meaning, as: setting) { return true }
        return false
    }

    /// What to do where nothing stands behind a key that can be left out.
    private var cureOfNothing: Cure? {
        node.meaning == .nothing && !keys.hasSuffix("]") ? .takeAway("write a value, or take the key away") : nil
    }

    /// What a word means by which people say yes or no; `nil` for another one.
    static func boolean(_ text: String) -> Bool? {
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
            refuse(
                expected: Quantity.expected(setting) + (word.map { ", or \($0)" } ?? ""),
                cure: cure(orOff: word == "off") ?? complaint.cure ?? cureOfNothing)
            return nil
        }
    }

    /// What to write in place of a word, or of a number that others take for one.
    private func cure(orOff: Bool) -> Cure? {
        switch node.meaning {
        case .text(let text):
            switch text.lowercased() {
            case "auto", "default": return .takeAway("leave it out to have that")
            case "unlimited", "none", "infinite", "infinity", "no": return orOff ? .write("off") : nil
            case let value where keys.hasSuffix("hsts"): return Self.transportSecurity(value).map { .write($0) }
            default: return nil
            }
        case .boolean(true) where keys.hasSuffix("hsts"): return .write("365d")
        case .number("-1"): return orOff ? .write("off") : nil
        case .number("0") where keys.hasSuffix(".load-factor"):
            return "declare status: [draining], which takes new sessions from it"
        default: return nil
        }
    }

    /// What to write for the value of `Strict-Transport-Security` (RFC 6797, section 6.1), in small letters.
    private static func transportSecurity(_ value: String) -> String? {
        let directives = value.split { "; ".contains($0) }
        guard let age = directives.first(where: { $0.hasPrefix("max-age=") })?.dropFirst(8), let seconds = Int(age)
        else { return nil }
        let others = [("includesubdomains", "subdomains: true"), ("preload", "preload: true")]
        let said = others.filter { directives.contains(Substring($0.0)) }.map { ", \($0.1)" }
        return "{ max-age: \(seconds)s\(said.joined()) }"
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
