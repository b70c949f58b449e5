import Model

/// A configuration that can be served.
public struct LoadedConfiguration: Sendable {
    /// The configuration.
    public let edge: EdgeConfiguration
    /// What is served as it stands and is most likely not what was meant, in the order of the places.
    public let warnings: [Diagnostic]
    /// How many identities its certificate folders hold; 0 where certificates were not read.
    public let identityCount: Int

    /// What it serves, in one line: `2 listeners, 1 site, 2 balancers, 3 members, 1 identity`.
    public var summary: String {
        let members = edge.balancers.reduce(0) { $0 + $1.members.count }
        return [
            Self.counted(edge.listeners.count, "listener", "listeners"),
            Self.counted(edge.sites.count, "site", "sites"),
            Self.counted(edge.balancers.count, "balancer", "balancers"), Self.counted(members, "member", "members"),
            Self.counted(identityCount, "identity", "identities"),
        ].joined(separator: ", ")
    }

    private static func counted(_ count: Int, _ one: String, _ many: String) -> String {
        "\(count) \(count == 1 ? one : many)"
    }
}
