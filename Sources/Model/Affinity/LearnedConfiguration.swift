/// `affinity: { mode: learn, … }` as it is declared: by what was seen of the sessions that members begin.
///
/// Whose each is, is learned from the cookie that they set.
public struct LearnedConfiguration: Sendable, Equatable {
    /// The name of the session's cookie.
    public var cookie: String
    /// The name of the path or query parameter that carries the session as well; `nil`: none does.
    public var parameter: String?
    /// Sessions that are remembered for certain.
    public var entries: Int
}

extension LearnedConfiguration: AffinityMode {
    /// `mode: learn`.
    public static let name = AffinityConfiguration.Name.learn
    /// By what it ties sessions.
    public static let summary = "by what was seen of members' sessions"
    /// What it has a use for.
    public static let keys: Set = ["cookie", "parameter", "entries"]
    /// By the cookie a session is known.
    public static let need: AffinityNeed? = AffinityNeed(
        key: "cookie", message: "mode learn needs the cookie by which members begin sessions",
        example: "cookie: PHPSESSID")

    /// Takes what is declared; `nil` without a cookie.
    public init?(_ declared: AffinityDeclaration) {
        guard let cookie = declared.cookie else { return nil }
        self.cookie = cookie
        (parameter, entries) = (declared.parameter, declared.entries)
    }

    /// Declares it.
    public func declare(in declaration: inout AffinityDeclaration) {
        (declaration.cookie, declaration.parameter, declaration.entries) = (cookie, parameter, entries)
    }

    /// As a balancer has it.
    public var configuration: AffinityConfiguration { .learn(self) }

    /// By the session, which is looked up.
    public var reading: AffinityReading { .session }

    /// The names that are declared.
    public var session: SessionNames { SessionNames(cookie: cookie, parameter: parameter) }

    /// Nobody else could have said whose a session is that was learned.
    public var provesSessions: Bool { true }

    /// As many as are declared.
    public var learnedSessions: Int? { entries }

    /// There is none.
    public func objection(to key: AffinityDependent) -> String? { nil }
}
