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
