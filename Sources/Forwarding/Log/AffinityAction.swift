/// What was done about the session's cookie in an answer, where Martlet writes into it.
package enum AffinityAction: UInt8, CaseIterable, Sendable {
    case none, inserted, renewed, removed, prefixed, sealed, replaced, tooLong

    /// The word for logs; it never changes.
    package var name: StaticString {
        switch self {
        case .none: ""
        case .inserted: "inserted"
        case .renewed: "renewed"
        case .removed: "removed"
        case .prefixed: "prefixed"
        case .sealed: "sealed"
        case .replaced: "replaced"
        case .tooLong: "too-long"
        }
    }

    /// What it means.
    package var words: String {
        switch self {
        case .none: "nothing"
        case .inserted: "Martlet's cookie was set, for a client that had none or that of another member"
        case .renewed: "Martlet's cookie, or a sealed token, got a new time"
        case .removed: "Martlet's cookie was taken away with the application's"
        case .prefixed: "the member's route was put in front of the application's cookie"
        case .sealed: "the route in the application's cookie, `Location` or `Content-Location` was sealed"
        case .replaced: "a token that counts no more, or a plain route, was replaced by a sealed one"
        case .tooLong: "the application's cookie would be too long with a token, and was left as it is"
        }
    }
}
