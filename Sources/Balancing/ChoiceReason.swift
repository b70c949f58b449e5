/// Why a request was given to its member.
public enum ChoiceReason: UInt8, Sendable, CaseIterable {
    /// No route was asked for; the balancer's method elected the member.
    case elected
    /// The member is the one whose route was asked for.
    case sticky
    /// The member asked for cannot be used, and this one has the same route.
    case sameRoute
    /// The member asked for cannot be used, and the one that it redirects its sessions to can.
    case redirected
    /// The member is the one to which the request's key belongs.
    case hashed
    /// This is not the member to which the request's key belongs, as somebody cannot be used.
    case moved
    /// The member asked for cannot be used; this is the session's second home, or the next one in its order.
    case buddy
    /// The member to which the request's key belongs has more than its bound under way; this is the next one.
    case displaced
    /// The route asked for is no member's; the method elected one.
    case unknownRoute
    /// The sealed token does not open, or there is a plain route in its place; the method elected a member.
    case tokenInvalid
    /// The sealed token has expired; the method elected a member.
    case tokenExpired
    /// The inserted cookie is older than its limits; the method elected a member.
    case cookieExpired
    /// The member asked for is in error; the method elected another.
    case memberInError
    /// The member asked for is disabled or stopped; the method elected another.
    case memberDisabled
    /// The member asked for has as much under way as it may have; the method elected another.
    case memberBusy
    /// The member asked for has failed this very request before; the method elected another.
    case memberTried
    /// The member was in error and was tried all the same, as all were in it or nobody else was left.
    case recovered
    /// No member of the request's own balancer may be given one, and the member is of the one that stands in for it;
    /// said in place of why it is this one of that.
    case balancerDown

    /// The word for logs.
    public var name: StaticString {
        switch self {
        case .elected: "elected"
        case .sticky: "sticky"
        case .sameRoute: "same-route"
        case .redirected: "redirected"
        case .hashed: "hashed"
        case .moved: "moved"
        case .buddy: "buddy"
        case .displaced: "displaced"
        case .unknownRoute: "unknown-route"
        case .tokenInvalid: "token-invalid"
        case .tokenExpired: "token-expired"
        case .cookieExpired: "cookie-expired"
        case .memberInError: "member-in-error"
        case .memberDisabled: "member-disabled"
        case .memberBusy: "member-busy"
        case .memberTried: "member-tried"
        case .recovered: "recovered"
        case .balancerDown: "balancer-down"
        }
    }
}
