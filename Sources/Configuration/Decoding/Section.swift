import Model

/// A mapping with known keys that was opened for reading.
struct Section {
    private let slots: [String: Slot]
    private let table: Table
    private let owner: Slot
    private let isShort: Bool

    /// Opens a mapping and complains about keys that it cannot have and those that it lacks.
    ///
    /// - Parameter isShort: whether it was written as one value alone.
    init(_ entries: [DocumentNode.Entry], of owner: Slot, table: Table, isShort: Bool = false) {
        self.table = table
        self.owner = owner
        self.isShort = isShort
        var unknown: [DocumentNode.Entry] = []
        var slots: [String: Slot] = [:]
        for entry in entries {
            guard let key = table.keys.first(where: { $0.name == entry.name }) else {
                unknown.append(entry)
                continue
            }
            let keys = isShort ? owner.keys : Self.join(owner.keys, key.name)
            slots[key.name] = owner.place(entry.value, key.shape, keys: keys)
        }
        self.slots = slots
        let present = Set(entries.map(\.name))
        for entry in unknown { refuse(entry, beside: present) }
        for key in table.keys where key.isRequired && slots[key.name] == nil {
            owner.complain("the key \"\(key.name)\" is missing: \(key.summary)")
        }
    }

    private func refuse(_ entry: DocumentNode.Entry, beside present: Set<String>) {
        let names = table.keys.map(\.name)
        if entry.value.meaning == .nothing, let blank = MissingBlank(entry.name), names.contains(blank.key) {
            owner.findings.add(
                entry.nameOrigin, keys: owner.keys, "\(entry.name.quoted) \(MissingBlank.message)",
                cure: .write(blank.entry))
            return
        }
        owner.findings.add(
            entry.nameOrigin, keys: owner.keys, "unknown key \(entry.name.quoted)",
            cure: cure(entry, among: names, beside: present))
    }

    /// The value of a key; `nil` where the key is left out.
    subscript(name: String) -> Slot? {
        slots[table[name].name]
    }

    /// Reads keys into a value, and complains about those that are of no use.
    ///
    /// - Parameters:
    ///   - schema: the keys of the mapping.
    ///   - value: gets what is said; what cannot be read stays as it is.
    ///   - isRead: whether a key is to be read: others are the caller's.
    /// - Returns: the keys that could not be read.
    @discardableResult
    func read<Value>(
        _ schema: Schema<Value>, into value: inout Value, where isRead: (Field<Value>) -> Bool = { _ in true }
    ) -> Set<String> {
        var wrong: Set<String> = []
        for field in schema.fields where isRead(field) {
            guard let slot = slots[field.name] else { continue }
            let count = owner.findings.count
            let datum = slot.datum()
            if let datum { field.set(&value, datum) }
            if datum == nil || owner.findings.count > count { wrong.insert(field.name) }
        }
        for field in schema.fields {
            guard let need = field.need, let slot = slots[field.name], !wrong.contains(need.key), !need.isMet(value)
            else { continue }
            slot.complain(need.message, cure: .takeAway(need.cure))
        }
        return wrong
    }

    /// What the keys hold, as far as it can be read.
    func datum() -> Datum {
        .mapping(table.keys.compactMap { key in slots[key.name]?.datum().map { Datum.Entry(key.name, $0) } })
    }

    /// Whether it stands for flags, and in no file.
    var isMadeOfFlags: Bool { if case .flag = owner.node.origin { true } else { false } }

    /// Adds that something is wrong with the mapping as a whole.
    func complain(_ message: String, cure: Cure? = nil) {
        owner.complain(message, cure: cure)
    }

    /// Adds that the mapping as a whole is served, and is most likely not what was meant.
    func warn(_ message: String, cure: Cure? = nil) {
        owner.warn(message, cure: cure)
    }

    /// Some of the entries that stand here as one writes them, less those that are no scalars.
    func written(_ names: [String]) -> [String] {
        names.compactMap { name in self[name]?.node.yaml.map { "\(name): \($0)" } }
    }

    /// Adds that an entry is missing that nothing stands for in the table.
    ///
    /// - Parameters:
    ///   - entry: what to add, as YAML.
    ///   - aside: what else there is to say of it.
    func complain(_ message: String, adding entry: String, _ aside: String = "") {
        // What was written as one value alone has no room for another one.
        if isShort, case .shorthand(let name, _) = owner.shape, case .text(let text) = owner.node.meaning,
            let yaml = text.yaml
        {
            owner.complain(message, cure: .write("{ \(name): \(yaml), \(entry) }", aside))
        } else {
            owner.complain(message, cure: .add(entry, aside))
        }
    }

    private func cure(_ entry: DocumentNode.Entry, among names: [String], beside present: Set<String>) -> Cure {
        let name = entry.name
        if name == "<<" { return "merge keys are not part of YAML 1.2; spell the keys out" }
        if let cure = ForeignWords.of(table.others).cure(ofKey: name, value: entry.value, beside: present) {
            return cure
        }
        guard let nearest = NearestName.nearest(to: name, among: names) else {
            return OwnPlaces.cure(ofKey: name, in: table.others) ?? "expected \(names.alternatives)"
        }
        guard !present.contains(nearest) else {
            return .takeAway("\(nearest.quoted) is there already: take one away")
        }
        return Cure("did you mean \(nearest.quoted)?", .rename(nearest))
    }

    private static func join(_ keys: String, _ name: String) -> String {
        keys.isEmpty ? name : "\(keys).\(name)"
    }
}
