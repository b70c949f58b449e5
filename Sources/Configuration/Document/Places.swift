/// Where the values of a configuration stand, by the keys that lead to them.
struct Places: Sendable {
    private let document: DocumentNode

    /// Makes an index of a document.
    init(of document: DocumentNode) {
        self.document = document
    }

    /// Where a value stands.
    ///
    /// - Parameter keys: as messages have them: `balancers.shop.members.node1.url`.
    /// - Returns: its place, or that of the innermost mapping or list that it would be in; and whether it is there.
    func place(of keys: String) -> (origin: Origin, isThere: Bool) {
        var node = document
        var rest = keys[...]
        while !rest.isEmpty {
            guard let (next, left) = step(from: node, rest) else { return (node.origin, false) }
            node = next
            rest = left.hasPrefix(".") ? left.dropFirst() : left
        }
        return (node.origin, true)
    }

    private func step(from node: DocumentNode, _ keys: Substring) -> (DocumentNode, Substring)? {
        switch node.content {
        case .mapping(let entries):
            for entry in entries {
                let name = Slot.spelled(entry.name)
                guard keys.hasPrefix(name) else { continue }
                let left = keys.dropFirst(name.count)
                if left.isEmpty || left.hasPrefix(".") || left.hasPrefix("[") { return (entry.value, left) }
            }
            return nil
        case .sequence(let nodes):
            guard keys.hasPrefix("["), let end = keys.firstIndex(of: "]"),
                let index = Int(keys[..<end].dropFirst()), nodes.indices.contains(index)
            else { return nil }
            return (nodes[index], keys[end...].dropFirst())
        case .scalar, .unreadable: return nil
        }
    }
}
