import Model

/// Where keys of ours belong that stand in another place.
enum OwnPlaces {
    private static let tables: [(words: String, table: Table)] = [
        ("the top", EdgeConfiguration.schema.table), ("a listener", ListenerConfiguration.schema.table),
        ("a site", SiteConfiguration.schema.table), ("a path", SiteConfiguration.Path.schema.table),
        ("a balancer", BalancerConfiguration.schema.table), ("a member", MemberConfiguration.schema.table),
    ]

    /// What to do about a key that another place has.
    ///
    /// - Parameter vocabulary: where it stands; in smaller places a word of another one is a coincidence.
    /// - Returns: `nil` where no place has such a key.
    static func cure(ofKey name: String, in vocabulary: Vocabulary) -> Cure? {
        guard [.root, .listener, .site, .path, .balancer, .member].contains(vocabulary) else { return nil }
        let places = tables.filter { place in place.table.keys.contains { $0.name == name } }.map(\.words)
        return places.isEmpty ? nil : Cure("move it to \(places.alternatives)")
    }
}
