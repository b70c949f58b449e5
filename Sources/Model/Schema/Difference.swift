/// What one configuration says otherwise than another.
public struct Difference: Sendable, Equatable {
    /// The keys that lead there, in the words of the file: `balancers.shop.members.node1.load-factor`.
    public let keys: String
    /// What was said; `nil`: nothing, and there is no default.
    public let before: Datum?
    /// What is said now; `nil` likewise.
    public let after: Datum?

    /// Compares two configurations.
    ///
    /// Defaults count as said. What has a name is compared with its namesake, wherever it stands; the pieces of lists
    /// of mappings with those of the same place, other lists as a whole.
    public static func between(_ before: EdgeConfiguration, _ after: EdgeConfiguration) -> [Difference] {
        let schema = EdgeConfiguration.schema
        return differences(schema.datum(of: before, .whole), schema.datum(of: after, .whole), keys: "")
    }

    private static func differences(_ before: Datum?, _ after: Datum?, keys: String) -> [Difference] {
        guard before != after else { return [] }
        switch (before, after) {
        case (.mapping(let old)?, .mapping(let new)?):
            let others = Dictionary(old.map { ($0.name, $0.value) }) { first, _ in first }
            let names = Set(new.map(\.name))
            let gone = old.filter { !names.contains($0.name) }
            return gone.map { Difference(keys: join(keys, $0.name), before: $0.value, after: nil) }
                + new.flatMap { differences(others[$0.name], $0.value, keys: join(keys, $0.name)) }
        case (.list(let old)?, .list(let new)?)
        where (old + new).contains { if case .mapping = $0 { true } else { false } }:
            return (0..<max(old.count, new.count)).flatMap { index in
                differences(
                    old.indices.contains(index) ? old[index] : nil, new.indices.contains(index) ? new[index] : nil,
                    keys: "\(keys)[\(index)]")
            }
        default: return [Difference(keys: keys, before: before, after: after)]
        }
    }

    private static func join(_ keys: String, _ name: String) -> String {
        keys.isEmpty ? name : "\(keys).\(name)"
    }
}
