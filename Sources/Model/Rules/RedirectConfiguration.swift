/// Where clients are sent by a path or a site in place of an answer (RFC 9110, section 15.4).
public struct RedirectConfiguration: Sendable, Hashable {
    /// A status that sends somewhere.
    public enum Status: String, Sendable, CaseIterable {
        case movedPermanently = "301"
        case found = "302"
        case seeOther = "303"
        case temporary = "307"
        case permanent = "308"

        /// The number.
        public var code: Int { Int(rawValue) ?? 308 }
    }

    /// A path that starts with `/`, or `http` or `https` and an authority with or without a path behind it; a query may
    /// follow.
    public var target: String
    /// What it is said by.
    public var status = Status.permanent
    /// Whether what follows the declared path is put behind the target.
    public var keepsRest = true
    /// Whether the query is put behind it.
    public var keepsQuery = true

    /// - Parameter target: see ``target``.
    public init(target: String) {
        self.target = target
    }

    /// The keys of `redirect`.
    public static let schema = Schema<RedirectConfiguration>(
        "Where clients are sent.", of: RedirectConfiguration(target: ""), others: .redirects,
        [
            Field("to", \.target, .text(.redirectTarget), "a path, or a URL with a host", isRequired: true),
            statusField(\.status),
            Field("rest", \.dropsRest, .either("keep", "drop"), "whether what follows the path is put behind it"),
            Field("query", \.dropsQuery, .either("keep", "drop"), "whether the query is put behind it"),
        ])

    private var dropsRest: Bool {
        get { !keepsRest }
        set { keepsRest = !newValue }
    }

    private var dropsQuery: Bool {
        get { !keepsQuery }
        set { keepsQuery = !newValue }
    }

    /// The key of a status that sends somewhere.
    static func statusField<Value>(_ path: any WritableKeyPath<Value, Status> & Sendable) -> Field<Value> {
        Field(
            "status", path, .choice(others: .redirectStatuses),
            "301 or 308: moved for good; 302, 303 or 307: for now; 307 and 308 keep the method, 303 makes it GET")
    }
}

/// How a listener in cleartext sends its clients to the same URL over TLS.
public struct SecureRedirectConfiguration: Sendable, Hashable {
    /// What a listener sends to.
    public enum Scheme: String, Sendable, CaseIterable {
        case https
    }

    /// Always `https`.
    public var scheme = Scheme.https
    /// The port that clients are sent to; `nil`: that of the first listener with TLS.
    public var port: Int?
    /// What it is said by.
    public var status = RedirectConfiguration.Status.permanent

    /// To the port of the first listener with TLS.
    public init() {}

    /// The keys of a listener's `redirect`.
    public static let schema = Schema<SecureRedirectConfiguration>(
        "Where clients in cleartext are sent.", of: SecureRedirectConfiguration(),
        [
            Field(
                "to", \.scheme, .choice(others: .redirectSchemes), "the same URL over TLS", isRequired: true),
            Field(
                "port", \.port, .count(1...65_535), "the port there; that of the first listener with tls if left out"),
            RedirectConfiguration.statusField(\.status),
        ])
}
