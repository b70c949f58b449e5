import Model

/// Puts the documents of several files together: lists of mappings are joined, mappings put together key by key, and
/// what has one value, or a name, is said once.
struct DocumentMerger {
    private let findings: Findings
    private let folders: BaseFolders

    /// Makes a merger.
    ///
    /// - Parameter findings: gets what is said twice.
    init(findings: Findings, folders: BaseFolders) {
        self.findings = findings
        self.folders = folders
    }

    /// Puts the entries of mappings together that each have the keys of a table.
    ///
    /// - Parameters:
    ///   - mappings: those of each file, in the order of the files.
    ///   - table: their keys.
    ///   - keys: the keys that lead there; empty for whole files.
    func merge(_ mappings: [[DocumentNode.Entry]], _ table: Table, keys: String = "") -> [DocumentNode.Entry] {
        merge(mappings, keys: keys) { name in table.keys.first { $0.name == name }?.shape }
    }

    private func merge(
        _ mappings: [[DocumentNode.Entry]], keys: String, shapeOf: (String) -> Shape?
    ) -> [DocumentNode.Entry] {
        var order: [String] = []
        var said: [String: [DocumentNode.Entry]] = [:]
        for entry in mappings.joined() {
            if said[entry.name] == nil { order.append(entry.name) }
            said[entry.name, default: []].append(entry)
        }
        return order.flatMap { name -> [DocumentNode.Entry] in
            let entries = said[name] ?? []
            guard entries.count > 1 else { return entries }
            let keys = keys.isEmpty ? Slot.spelled(name) : "\(keys).\(Slot.spelled(name))"
            guard let value = join(entries, shapeOf(name), keys: keys) else { return [once(entries, keys: keys)] }
            return [DocumentNode.Entry(name: name, nameOrigin: entries[0].nameOrigin, value: value)]
        }
    }

    /// Several values of a key as one; `nil` where it has one value only.
    private func join(_ entries: [DocumentNode.Entry], _ shape: Shape?, keys: String) -> DocumentNode? {
        let values = entries.map(\.value)
        switch shape {
        case .list(.table, _)?:
            return DocumentNode(.sequence(values.flatMap { pieces(of: $0, shape, keys: keys) }), at: values[0].origin)
        case .table(let table)?, .shorthand(_, let table)?:
            guard let mappings = mappings(values) else { return nil }
            return DocumentNode(.mapping(merge(mappings, table, keys: keys)), at: values[0].origin)
        case .named?:
            guard let mappings = mappings(values) else { return nil }
            return DocumentNode(.mapping(merge(mappings, keys: keys) { _ in nil }), at: values[0].origin)
        default: return nil
        }
    }

    /// The pieces of a list; what is none is said here.
    private func pieces(of node: DocumentNode, _ shape: Shape?, keys: String) -> [DocumentNode] {
        if case .sequence(let nodes) = node.content { return nodes }
        guard let shape else { return [] }
        _ = Slot(node: node, shape: shape, keys: keys, findings: findings, folders: folders).items()
        return []
    }

    private func mappings(_ values: [DocumentNode]) -> [[DocumentNode.Entry]]? {
        var mappings: [[DocumentNode.Entry]] = []
        for value in values {
            guard case .mapping(let entries) = value.content else { return nil }
            mappings.append(entries)
        }
        return mappings
    }

    /// The first of some entries of a name, and a complaint about each of the others.
    private func once(_ entries: [DocumentNode.Entry], keys: String) -> DocumentNode.Entry {
        for entry in entries.dropFirst() {
            findings.add(
                entry.nameOrigin, keys: keys,
                "\(entry.name.quoted) stands at \(entries[0].nameOrigin.words(from: entry.nameOrigin)) already",
                cure: .takeAway("keep one of them"))
        }
        return entries[0]
    }
}
