import Session

/// `affinity: insert` as it is declared.
public struct InsertedConfiguration: Sendable, Equatable {
    /// The cookie's name; `nil`: `MARTLET_` and the balancer's name.
    public var cookie: String?
    /// How the cookie may be used.
    public var attributes = CookieAttributes()
    /// The application's own session cookie, whose attributes hold where none are declared; `nil`: none.
    public var followed: String?
    /// Milliseconds after which a client that has not been seen is tied no more; `nil`: any time.
    public var idle: Int?
    /// Milliseconds after which a client is tied no more; `nil`: any time.
    public var life: Int?
    /// Whether members get the cookie too.
    public var isForwarded = false
    /// Whether an answer that sets the cookie says that shared caches may not keep it.
    public var forbidsCaching = false

    /// Declares nothing.
    public init() {}
}

extension InsertedConfiguration: AffinityMode {
    /// `mode: insert`.
    public static let name = AffinityConfiguration.Name.insert
    /// By what it ties sessions.
    public static let summary = "by a cookie of Martlet's own"
    /// What it has a use for.
    public static let keys = Set(CookieAttributes.keys).union([
        "cookie", "follow", "idle", "life", "forward", "no-cache",
    ])

    /// Takes what is declared.
    public init?(_ declared: AffinityDeclaration) {
        (cookie, attributes, followed) = (declared.cookie, declared.attributes, declared.followed)
        (idle, life) = (declared.idle, declared.life)
        (isForwarded, forbidsCaching) = (declared.isForwarded, declared.forbidsCaching)
    }

    /// Declares it.
    public func declare(in declaration: inout AffinityDeclaration) {
        (declaration.cookie, declaration.attributes, declaration.followed) = (cookie, attributes, followed)
        (declaration.idle, declaration.life) = (idle, life)
        (declaration.isForwarded, declaration.forbidsCaching) = (isForwarded, forbidsCaching)
    }

    /// As a balancer has it.
    public var configuration: AffinityConfiguration { .insert(self) }

    /// By the inserted cookie.
    public var reading: AffinityReading { .written }

    /// The one that is followed.
    public var session: SessionNames { SessionNames(cookie: followed) }

    /// The inserted cookie.
    public func ownCookie(balancer: String) -> String? { cookie ?? InsertedCookie.name(balancer: balancer) }

    /// Follow the session.
    public var cureForCounting: String? {
        let name = cookie.map { ", cookie: \($0)" } ?? ""
        return "name the application's session cookie: affinity: { mode: insert\(name), follow: JSESSIONID }"
    }

    /// The cookie says to whom a session returns.
    public func objection(to key: AffinityDependent) -> String? {
        key == .recovery ? "the inserted cookie names the member that a session has moved to" : nil
    }
}
