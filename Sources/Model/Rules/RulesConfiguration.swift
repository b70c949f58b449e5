/// What is allowed, and what is said beside members' words, at one level: the top, a site or a path.
///
/// Each level holds what is declared there; an inner one takes the place of an outer one key by key
/// (``inheriting(_:)``).
public struct RulesConfiguration: Sendable, Hashable {
    /// `Strict-Transport-Security` in answers over TLS.
    public var transportSecurity: TransportSecurity?
    /// How much is taken and how long is waited; not at the top, where the edge says that.
    public var bounds = Bounds()
    /// The content of Martlet's own answers, of different statuses.
    public var pages: [PageConfiguration] = []
    /// Whether clients are answered 503 for a while.
    public var maintenance: MaintenanceConfiguration?

    /// No rules.
    public init() {}

    /// Whether they keep somebody out, so that nobody may come to the same by another spelling.
    public var isGuarded: Bool { false }

    /// The rules of a level within another one.
    public func inheriting(_ outer: RulesConfiguration) -> RulesConfiguration {
        var rules = self
        rules.transportSecurity = transportSecurity ?? outer.transportSecurity
        rules.bounds = bounds.inheriting(outer.bounds)
        rules.pages = PageConfiguration.inheriting(pages, outer.pages)
        rules.maintenance = maintenance ?? outer.maintenance
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
                "pages", \.pages, .named(.shorthand("html", PageConfiguration.schema), .statuses, by: \.statuses),
                "the content of Martlet's own answers by status; a status that is not here is looked for further out"),
            Field(
                "maintenance", \.maintenance, .shorthand("enabled", MaintenanceConfiguration.schema),
                "true: answer 503 to all for a while"),
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
