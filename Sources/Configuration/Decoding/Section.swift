import Forwarding

/// A mapping with known keys that was opened for reading.
struct Section {
    private let slots: [String: Slot]
    private let table: Table
    private let owner: Slot

    /// Opens a mapping and complains about keys that it cannot have and those that it lacks.
    ///
    /// - Parameter isShort: whether it was written as one value alone.
    init(_ entries: [DocumentNode.Entry], of owner: Slot, table: Table, isShort: Bool = false) {
        self.table = table
        self.owner = owner
        let names = table.keys.map(\.name)
        var slots: [String: Slot] = [:]
        for entry in entries {
            guard let key = table.keys.first(where: { $0.name == entry.name }) else {
                owner.findings.add(
                    entry.nameOrigin, keys: owner.keys, "unknown key \(entry.name.quoted)",
                    cure: Self.cure(entry.name, among: names))
                continue
            }
            let keys = isShort ? owner.keys : Self.join(owner.keys, key.name)
            slots[key.name] = Slot(node: entry.value, shape: key.shape, keys: keys, findings: owner.findings)
        }
        for key in table.keys where key.isRequired && slots[key.name] == nil {
            owner.complain("the key \"\(key.name)\" is missing: \(key.summary)")
        }
        self.slots = slots
    }

    /// The value of a key; `nil` where the key is left out.
    subscript(name: String) -> Slot? {
        slots[table[name].name]
    }

    /// The number that a key holds, or the setting's default where it is left out or wrong.
    func value(_ name: String) -> Int {
        guard case .quantity(let setting, _) = table[name].shape else { preconditionFailure("\(name) is no number") }
        return declared(name) ?? setting.value
    }

    /// The number that a key holds; `nil` where it is left out, off or wrong.
    func declared(_ name: String) -> Int? {
        self[name]?.quantity()
    }

    /// The boolean that a key holds, or its default where it is left out or wrong.
    func boolean(_ name: String) -> Bool {
        guard case .boolean(let standard) = table[name].shape else { preconditionFailure("\(name) is no boolean") }
        return self[name]?.boolean() ?? standard
    }

    /// Adds that something is wrong with the mapping as a whole.
    func complain(_ message: String, cure: String? = nil) {
        owner.complain(message, cure: cure)
    }

    private static func cure(_ name: String, among names: [String]) -> String {
        if name == "<<" { return "merge keys are not part of YAML 1.2; spell the keys out" }
        return NearestName.suggestion(for: name, among: names) ?? "expected \(names.alternatives)"
    }

    private static func join(_ keys: String, _ name: String) -> String {
        keys.isEmpty ? name : "\(keys).\(name)"
    }
}
