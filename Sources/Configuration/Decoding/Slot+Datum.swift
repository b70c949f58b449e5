import Model

extension Slot {
    /// Reads what stands here, whatever its shape.
    ///
    /// - Returns: `nil` where it cannot be read; of lists and mappings, what can be.
    func datum() -> Datum? {
        switch shape {
        case .quantity(let setting, let word):
            if let word, node.meaning == .text(word) { return .text(word) }
            return quantity().map { .number($0, setting.unit) }
        case .boolean(_, let kind): return kind.map { booleanOrText($0) } ?? boolean().map { .boolean($0) }
        case .choice: return choice().map { .text($0) }
        case .text(let kind): return text(kind).map { .text($0) }
        case .list(let element, _): return list(of: element)
        case .oneOrMore: return pieces().map { .list($0.compactMap { $0.datum() }) }
        case .named(_, let names):
            guard let entries = named() else { return nil }
            return .mapping(
                entries.compactMap { entry in
                    let name = entry.parsedName { text throws(GrammarError) in try names.parse(text, from: folder) }
                    guard let name, let datum = entry.slot.datum() else { return nil }
                    return Datum.Entry(name, datum)
                })
        case .table, .shorthand: return section()?.datum()
        }
    }

    /// Reads `true`, `false` or a text of a kind. The words by which others say yes and no are no such text.
    private func booleanOrText(_ kind: TextKind) -> Datum? {
        guard case .text(let text) = node.meaning, !text.isEmpty, Self.boolean(text) == nil else {
            return boolean().map { .boolean($0) }
        }
        return place(node, .text(kind), keys: keys).datum()
    }

    private func list(of element: Shape) -> Datum? {
        let items = items { text in
            guard case .text(let kind) = element else { return true }
            return (try? kind.parse(text, from: folder)) != nil
        }
        guard let items else { return nil }
        var data: [Datum] = []
        var seen: Set<Datum> = []
        for item in items {
            guard let datum = item.datum() else { continue }
            if !seen.insert(datum).inserted { item.complainOfSecond(datum) }
            data.append(datum)
        }
        return .list(data)
    }

    /// Complains about a number or a word that stands in a list already; a second text does no harm.
    private func complainOfSecond(_ datum: Datum) {
        switch (shape, datum) {
        case (.choice, .text(let word)): complain("\(word.quoted) is there twice", cure: .takeAway("take one away"))
        case (.quantity, .number(let number, _)):
            complain("\(number) is there twice", cure: .takeAway("take one away"))
        default: break
        }
    }

    private func text(_ kind: TextKind) -> String? {
        switch kind {
        case .folder, .keyFile, .secretFile, .pageFile, .logFile, .usersFile, .authorities:
            text() == nil ? nil : parsed(kind)
        case .secret: secret(kind.expected)
        case .ownField(let example): ownField(such: example)
        default: parsed(kind)
        }
    }

    private func parsed(_ kind: TextKind) -> String? {
        parsed { text throws(GrammarError) in try kind.parse(text, from: folder) }
    }

    /// Reads a secret: what is said of it never has it.
    private func secret(_ expected: String) -> String? {
        switch node.meaning {
        case .text(let text) where Secret(text) != nil: return text
        case .text: complain("expected \(expected), found another one")
        case .number: complain("expected a text in quotes, found a number")
        case .boolean: complain("expected a text in quotes, found true or false")
        case .nothing, nil: refuse(expected: expected)
        }
        return nil
    }
}
