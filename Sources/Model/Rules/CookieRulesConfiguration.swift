import Session

/// What the cookies of members say of their use, in place of what members say.
public struct CookieRulesConfiguration: Sendable, Hashable {
    /// Whether they are sent over TLS alone; `nil`: as the member says.
    public var secure: CookieAttributes.Secure?
    /// To whose pages requests they go along; `nil` likewise.
    public var sameSite: CookieAttributes.SameSite?
    /// Whether scripts are kept from them; `nil` likewise.
    public var isHTTPOnly: Bool?
    /// The names of the cookies that are meant; empty: all.
    public var names: [String] = []

    /// As members say.
    public init() {}

    /// Whether no cookie is changed.
    public var isEmpty: Bool { secure == nil && sameSite == nil && isHTTPOnly == nil }

    /// The keys of `cookies`.
    public static let schema = Schema<CookieRulesConfiguration>(
        "What members' cookies say of their use; what is left out is as the member says.",
        of: CookieRulesConfiguration(),
        [
            Field(
                "secure", \.secure, .choice(others: .secure),
                "whether they are sent over TLS alone: if they were set over TLS, always or never"),
            Field("same-site", \.sameSite, .choice(), "to whose pages requests they go along; none needs Secure"),
            Field("http-only", \.isHTTPOnly, .boolean(standard: nil), "whether scripts are kept from them"),
            Field("only", \.names, .list(.text(.cookie)), "the names of the cookies that are meant; all if left out"),
        ])
}

/// A name for each request, which its member and the log are told.
public struct RequestIDConfiguration: Sendable, Hashable {
    /// The field that members get it in, and that trusted proxies may say.
    public var field: String
    /// Whether clients get it too.
    public var isInAnswers = false

    /// - Parameter field: a name of a field.
    public init(field: String) {
        self.field = field
    }

    /// The keys of `request-id`.
    public static let schema = Schema<RequestIDConfiguration>(
        "A name for each request.", of: RequestIDConfiguration(field: ""), others: .requestID,
        [
            Field(
                "field", \.field, .text(.ruledField(.request, .requestID)),
                "the field that members get it in; that of trusted-proxies is kept", isRequired: true),
            Field("answers", \.isInAnswers, .boolean(), "tell clients too, in the same field"),
        ])
}
