/// What is allowed, and what is said beside members' words, at one level: the top, a site or a path.
///
/// Each level holds what is declared there; an inner one takes the place of an outer one key by key
/// (``inheriting(_:)``).
public struct RulesConfiguration: Sendable, Hashable {
    /// `Strict-Transport-Security` in answers over TLS.
    public var transportSecurity: TransportSecurity?

    /// Fields that are set, added and removed.
    public var fields = FieldsConfiguration()
    /// What members' cookies say of their use; `nil`: what members say.
    public var cookies: CookieRulesConfiguration?
    /// The name that each request gets; `nil`: none. It is said at the top alone.
    public var requestID: RequestIDConfiguration?

    /// No rules.
    public init() {}

    /// The rules of a level within another one.
    public func inheriting(_ outer: RulesConfiguration) -> RulesConfiguration {
        var rules = self
        rules.transportSecurity = transportSecurity ?? outer.transportSecurity
        rules.fields = fields.inheriting(outer.fields)
        rules.cookies = cookies ?? outer.cookies
        rules.requestID = outer.requestID
        return rules
    }

    /// The keys, which stand among those of the level.
    public static let schema = Schema<RulesConfiguration>(
        "What is allowed, and what is said beside members' words.", of: RulesConfiguration(),
        [
            Field(
                "hsts", \.transportSecurity, .shorthand("max-age", TransportSecurity.schema),
                "for how long browsers ask by https alone, in answers over TLS (RFC 6797)"),
            Field("fields", \.fields, .table(FieldsConfiguration.schema), "fields that are set, added and removed"),
            Field(
                "cookies", \.cookies, .table(CookieRulesConfiguration.schema),
                "what members' cookies say of their use"),
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
