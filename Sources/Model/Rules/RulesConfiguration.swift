/// What is allowed, and what is said beside members' words, at one level: the top, a site or a path.
///
/// Each level holds what is declared there; an inner one takes the place of an outer one key by key
/// (``inheriting(_:)``).
public struct RulesConfiguration: Sendable, Hashable {
    /// `Strict-Transport-Security` in answers over TLS.
    public var transportSecurity: TransportSecurity?
    /// Who is let in by name and password.
    public var users: UsersConfiguration?

    /// No rules.
    public init() {}

    /// The rules of a level within another one.
    public func inheriting(_ outer: RulesConfiguration) -> RulesConfiguration {
        var rules = self
        rules.transportSecurity = transportSecurity ?? outer.transportSecurity
        rules.users = users ?? outer.users
        return rules
    }

    /// The keys, which stand among those of the level.
    public static let schema = Schema<RulesConfiguration>(
        "What is allowed, and what is said beside members' words.", of: RulesConfiguration(),
        [
            Field(
                "hsts", \.transportSecurity, .shorthand("max-age", TransportSecurity.schema),
                "for how long browsers ask by https alone, in answers over TLS (RFC 6797)"),
            Field(
                "users", \.users, .shorthand("file", UsersConfiguration.schema),
                "who is let in by name and password (RFC 7617)"),
        ])
}

extension Schema where Value == RulesConfiguration {
    /// The keys as those of a level that has rules.
    func fields<Level: Sendable>(
        of path: any WritableKeyPath<Level, RulesConfiguration> & Sendable
    ) -> [Field<Level>] {
        fields.map { $0.within(path) }
    }
}
