/// `affinity: { mode: prefix, … }` as it is declared: by the route that Martlet puts in front of the value of the
/// application's own cookie.
public struct PrefixedConfiguration: Sendable, Equatable {
    /// The name of the session's cookie.
    public var cookie: String
}

extension PrefixedConfiguration: AffinityMode {
    /// `mode: prefix`.
    public static let name = AffinityConfiguration.Name.prefix
    /// By what it ties sessions.
    public static let summary = "by a route in front of the application's cookie"
    /// What it has a use for.
    public static let keys: Set = ["cookie"]
    /// By the cookie a session is known.
    public static let need: AffinityNeed? = AffinityNeed(
        key: "cookie", message: "mode prefix needs the session's cookie", example: "cookie: JSESSIONID")

    /// Takes what is declared; `nil` without a cookie.
    public init?(_ declared: AffinityDeclaration) {
        guard let cookie = declared.cookie else { return nil }
        self.cookie = cookie
    }

    /// Declares it.
    public func declare(in declaration: inout AffinityDeclaration) { declaration.cookie = cookie }

    /// As a balancer has it.
    public var configuration: AffinityConfiguration { .prefix(self) }

    /// By what Martlet has put in front.
    public var reading: AffinityReading { .written }

    /// The names that are declared.
    public var session: SessionNames { SessionNames(cookie: cookie) }

    /// Its part says to whom a session returns.
    public func objection(to key: AffinityDependent) -> String? {
        key == .recovery ? Self.partSaysRecovery : nil
    }

    /// The route ends at a tilde.
    public func objection(toRoute route: String) -> String? {
        route.contains("~") ? "mode prefix puts a \"~\" behind the route, so there can be none in it" : nil
    }
}
