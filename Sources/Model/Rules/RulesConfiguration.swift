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
    /// Who may ask.
    public var access = AccessConfiguration()
    /// How many requests somebody may send in a time; those of outer levels count beside them, before them.
    public var rates: [RateConfiguration] = []
    /// How many exchanges an address, of IPv6 a /64, may have under way; `nil`: any number. No key of the top.
    public var exchangesPerAddress: Int?
    /// Where that is declared, by which what is under way is known again after a reload: no key of the configuration.
    public private(set) var exchangesPlace = ""
    /// Who is let in by name and password.
    public var users: UsersConfiguration?

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
        rules.bounds = bounds.inheriting(outer.bounds)
        rules.pages = PageConfiguration.inheriting(pages, outer.pages)
        rules.maintenance = maintenance ?? outer.maintenance
        rules.access = access.inheriting(outer.access)
        rules.rates = outer.rates + rates
        rules.users = users ?? outer.users
        rules.fields = fields.inheriting(outer.fields)
        rules.cookies = cookies ?? outer.cookies
        rules.requestID = outer.requestID
        if exchangesPerAddress == nil {
            rules.exchangesPerAddress = outer.exchangesPerAddress
            rules.exchangesPlace = outer.exchangesPlace
        }
        return rules
    }

    /// The same as declared at a place, so that what is counted there is told from what is counted elsewhere.
    ///
    /// - Parameter place: a name that no other place has, such as `shop.example.com /admin`.
    public func placed(at place: String) -> RulesConfiguration {
        var rules = self
        for index in rates.indices { rules.rates[index].place = place }
        rules.exchangesPlace = exchangesPerAddress == nil ? "" : place
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
            Field(
                "users", \.users, .shorthand("file", UsersConfiguration.schema),
                "who is let in by name and password (RFC 7617)"),
            Field("fields", \.fields, .table(FieldsConfiguration.schema), "fields that are set, added and removed"),
            Field(
                "cookies", \.cookies, .table(CookieRulesConfiguration.schema),
                "what members' cookies say of their use"),
        ] + AccessConfiguration.schema.fields(of: \.access) + [ratesField(\.rates)])

    /// The key of how many requests somebody may send.
    static func ratesField<Value>(
        _ path: any WritableKeyPath<Value, [RateConfiguration]> & Sendable
    ) -> Field<Value> {
        Field(
            "rate-limit", path, .oneOrMore(.shorthand("rate", RateConfiguration.schema)),
            "how many requests somebody may send in a time (429), such as 5/m; those of outer levels count too")
    }
}

extension Schema {
    /// The keys as those of a level that has such a part.
    func fields<Level: Sendable>(
        of path: any WritableKeyPath<Level, Value> & Sendable
    ) -> [Field<Level>] {
        fields.map { $0.within(path) }
    }
}
