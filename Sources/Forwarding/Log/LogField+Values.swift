import Balancing
import HTTP

/// What the words in `route_reason` mean.
extension ChoiceReason {
    /// What the reason means.
    package var words: String {
        switch self {
        case .elected: "nothing asked for a member, and the balancer's method elected it"
        case .sticky: "it is the member that the session asked for"
        case .sameRoute: "the member asked for cannot be used, and this one has the same route"
        case .redirected: "the member asked for cannot be used, and its `redirect` leads here"
        case .hashed: "the hashed key belongs to it"
        case .moved: "the member of the hashed key, or of the learned session, cannot be used; this is the next one"
        case .buddy: "the member asked for cannot be used, and this is the session's buddy"
        case .displaced: "the member of the hashed key has more than its `load-bound`, and this is the next one"
        case .unknownRoute: "no member has the route that was asked for; elected"
        case .tokenInvalid: "the sealed token does not open, or a plain route stands in its place; elected"
        case .tokenExpired: "the sealed token is too old; elected"
        case .cookieExpired: "the inserted cookie is older than `idle` or `life` allow; elected"
        case .memberInError: "the member asked for is in error; elected"
        case .memberDisabled: "the member asked for is disabled or stopped; elected"
        case .memberBusy: "the member asked for has its `max` under way; elected"
        case .memberTried: "the member asked for has failed this request already; elected"
        case .recovered: "it was in error, and was tried as nobody else was left"
        case .balancerDown: "the path's balancer has nobody left, and its `all-down` leads to this one's"
        }
    }
}

/// What the words in `coding` mean.
extension CompressionDecision {
    /// What the decision means.
    package var words: String {
        switch self {
        case .compress: "compressed so"
        case .fieldsOnly: "an answer to HEAD, with the fields that GET would get"
        case .tagOnly(.identity): "a 304 whose tag was left as it is"
        case .tagOnly: "a 304 to a request that held the marked tag"
        case .notAccepted: "the client accepts none of the `codings`"
        case .alreadyCoded: "the member has coded it"
        case .mediaType: "its media type is not among `types`"
        case .tooShort: "it is shorter than `minimum-length`"
        case .noTransform: "it says `Cache-Control: no-transform`"
        case .partial: "it is a part: 206, or `Content-Range`"
        case .digest: "a digest speaks of its bytes"
        case .noContent: "it has no content"
        case .status: "its status or the method does not go with compression"
        case .reflected: "the `breach-guard`: another site asked for it"
        case .disabled: "compression is off, or there was no answer of a member"
        }
    }
}
