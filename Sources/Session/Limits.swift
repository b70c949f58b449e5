/// The limits of the session room.
public enum Limits {
    /// Members that one request can ask for: a browser sends one cookie of a name for each path and domain that set it.
    public static let candidatesMax = 8
    /// Bytes of a session's value that is opened, or that sealing makes: identifiers have some tens of bytes, signed
    /// ones hundreds, and no browser keeps longer cookies.
    public static let sealedValueBytesMax = 4_096
    /// Routes behind one another in a session's value that are looked up: WildFly ranks three unless told otherwise.
    public static let rankedRoutesMax = 8
    /// Cookies of a request that are looked at to be rewritten, and parameters likewise; the others pass as they are.
    public static let rewrittenMax = 8
    /// Applications behind one balancer whose cookies' attributes are remembered, told apart by their path.
    public static let templatesMax = 8
    /// Bytes of attributes that are remembered of a cookie.
    public static let templateBytesMax = 512
    /// Tokens of sealed routes that are remembered as opened, a power of two: 282 KiB a worker and balancer that has
    /// seen one.
    public static let openedTokens = 2_048
    /// Bytes of the identifier of a session whose token is remembered, at most 255: Tomcat's have 32, PHP's 26 unless
    /// set otherwise.
    public static let openedSessionBytesMax = 48
    /// Names that a table holds at most: the hosts of all sites, or the routes of a balancer's members.
    public static let namesMax = 65_536
}
