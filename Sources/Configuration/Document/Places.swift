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
            // A name with a dot in it may be spelled with quotes or without: the longest one is meant.
            var best: (node: DocumentNode, left: Substring)?
            for entry in entries {
                for name in [Slot.spelled(entry.name), entry.name] where keys.hasPrefix(name) {
                    let left = keys.dropFirst(name.count)
                    let isWhole = left.isEmpty || left.hasPrefix(".") || left.hasPrefix("[")
                    if isWhole, best.map({ left.count < $0.left.count }) ?? true { best = (entry.value, left) }
                }
            }
            return best
        case .sequence(let nodes):
            guard keys.hasPrefix("["), let end = keys.firstIndex(of: "]"),
                let index = Int(keys[..<end].dropFirst()), nodes.indices.contains(index)
            else { return nil }
            return (nodes[index], keys[end...].dropFirst())
        case .scalar, .unreadable: return nil
        }
    }
}
