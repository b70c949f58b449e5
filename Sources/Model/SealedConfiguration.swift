import Session

/// `affinity: { mode: sealed, … }` as it is declared.
public struct SealedConfiguration: Sendable, Equatable {
    /// The name of the session's cookie; `nil`: cookies are not read.
    public var cookie: String?
    /// The name of the session's path or query parameter; `nil`: neither is read. One of both is there.
    public var parameter: String?
    /// What stands between the session's identifier and the route.
    public var separator = AffinityConfiguration.separatorDefault
    /// Whether a parameter's value ends at a semicolon.
    public var semicolonPathDelimiter = false
    /// The file of keys.
    public var keyPath: String
    /// Milliseconds for which a token holds.
    public var life = SealedConfiguration.lifeDefault
    /// How a cookie may be used that is set in the application's place before it has set one.
    public var attributes = CookieAttributes()

    /// Milliseconds for which a token holds where nothing is declared: a working day.
    public static let lifeDefault = 28_800_000

    /// Makes a configuration of a key file.
    public init(keyPath: String) {
        self.keyPath = keyPath
    }
}
