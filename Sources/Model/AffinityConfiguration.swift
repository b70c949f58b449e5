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
    /// By the hash of what a request has under a key: rendezvous hashing.
    ///
    /// - loadBoundHundredths: how many times its share of what is under way a member may have before requests go to
    ///   the next one; `nil`: any.
    case hash(HashKey, loadBoundHundredths: Int?)
    /// By what was seen of the sessions that members begin: whose each is, is learned from the cookie that they set.
    ///
    /// - cookie: the name of the session's cookie.
    /// - parameter: the name of the path or query parameter that carries the session as well; `nil`: none does.
    /// - entries: sessions that are remembered for certain.
    case learn(cookie: String, parameter: String?, entries: Int)
    /// By a cookie of Martlet's own that holds the member's name.
    case insert(InsertedConfiguration)
    /// By the route that Martlet puts in front of the value of the application's own cookie.
    case prefix(cookie: String)
    /// By a sealed token that stands in place of the route that the application adds to its session's identifier.
    case sealed(SealedConfiguration)

    /// What is hashed.
    public enum HashKey: Sendable, Equatable {
        /// The value of the first cookie of the name.
        case cookie(String)
        /// The value of the first path or query parameter of the name.
        case parameter(String)
        /// The value of the first field of the name, which is in lower case.
        case field(String)
        /// The path of the target.
        case path
        /// The client's address.
        case address
    }

    /// Whether what it reads tells one session from another, so that they can be counted.
    public var tellsSessionsApart: Bool {
        switch self {
        // A value that is all route is that of all the member's sessions.
        case .route(_, _, let separator, _): separator != nil
        case .hash(.cookie, _), .hash(.parameter, _), .learn, .prefix, .sealed: true
        case .insert(let inserted): inserted.followed != nil
        case .hash: false
        }
    }

    /// Whether requests ask for a member by it, so that one may be missing.
    public var asksForMembers: Bool {
        if case .hash = self { false } else { true }
    }

    /// The name of the path or query parameter that is read; `nil`: none is.
    public var parameter: String? {
        switch self {
        case .route(_, let parameter, _, _), .learn(_, let parameter, _): parameter
        case .hash(.parameter(let name), _): name
        case .sealed(let sealed): sealed.parameter
        case .hash, .insert, .prefix: nil
        }
    }

    /// Whether clients are tied to members, and nothing tells their sessions apart.
    public var tiesUncounted: Bool { !tellsSessionsApart && asksForMembers }

    /// What would make a balancer's sessions countable, in words that can be obeyed.
    public static func cureForCounting(_ affinity: AffinityConfiguration?) -> String {
        switch affinity {
        case .insert(let insert):
            let name = insert.cookie.map { ", cookie: \($0)" } ?? ""
            return "name the application's session cookie: affinity: { mode: insert\(name), follow: JSESSIONID }"
        case .hash: return "hash the application's session cookie: affinity: { mode: hash, cookie: JSESSIONID }"
        default:
            return "write affinity: { mode: insert, follow: JSESSIONID }, with the application's name for its "
                + "session cookie"
        }
    }

    /// The separator where none is declared.
    public static let separatorDefault = UInt8(ascii: ".")
}
