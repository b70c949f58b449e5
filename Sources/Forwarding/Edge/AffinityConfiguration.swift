/// How sessions stay with their member.
public enum AffinityConfiguration: Sendable, Equatable {
    /// By the route that the application adds to its session's identifier.
    ///
    /// - cookie: the name of the session's cookie; `nil`: cookies are not read.
    /// - parameter: the name of the session's path or query parameter; `nil`: neither is read. One of both is there.
    /// - separator: the ASCII character, neither a letter nor a digit, after which the route starts; `nil`: the whole
    ///   value is the route.
    /// - semicolonPathDelimiter: whether a parameter's value ends at a semicolon.
    case route(cookie: String?, parameter: String?, separator: UInt8?, semicolonPathDelimiter: Bool)
    /// By a cookie of Martlet's own that holds the member's name, called `MARTLET_` and the balancer's name.
    case insert

    /// The separator where none is declared.
    public static let separatorDefault = UInt8(ascii: ".")
}
