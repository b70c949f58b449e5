/// How sessions stay with their member: a mode, with what is declared for it.
///
/// Modes are listed here and nowhere else in this room; what one is, its own type says (``AffinityMode``).
public enum AffinityConfiguration: Sendable, Equatable {
    /// By the route that the application adds to its session's identifier.
    case route(RoutedConfiguration)
    /// By the hash of what a request has under a key.
    case hash(HashedConfiguration)
    /// By what was seen of the sessions that members begin.
    case learn(LearnedConfiguration)
    /// By a cookie of Martlet's own that holds the member's name.
    case insert(InsertedConfiguration)
    /// By the route that Martlet puts in front of the value of the application's own cookie.
    case prefix(PrefixedConfiguration)
    /// By a sealed token that stands in place of the route that the application adds to its session's identifier.
    case sealed(SealedConfiguration)

    /// The modes as a configuration names them.
    public enum Name: String, Sendable, CaseIterable {
        case route, hash, learn, insert, prefix, sealed, none

        /// The mode's type; `nil`: there is no affinity.
        public var type: (any AffinityMode.Type)? {
            switch self {
            case .route: RoutedConfiguration.self
            case .hash: HashedConfiguration.self
            case .learn: LearnedConfiguration.self
            case .insert: InsertedConfiguration.self
            case .prefix: PrefixedConfiguration.self
            case .sealed: SealedConfiguration.self
            case .none: nil
            }
        }
    }

    /// What is declared, to be asked what it means.
    public var mode: any AffinityMode {
        switch self {
        case .route(let mode): mode
        case .hash(let mode): mode
        case .learn(let mode): mode
        case .insert(let mode): mode
        case .prefix(let mode): mode
        case .sealed(let mode): mode
        }
    }

    /// The mode's name.
    public var name: Name { type(of: mode).name }

    /// What would make a balancer's sessions countable, in words that can be obeyed.
    public static func cureForCounting(_ affinity: AffinityConfiguration?) -> String {
        affinity?.mode.cureForCounting
            ?? "write affinity: { mode: insert, follow: JSESSIONID }, with the application's name for its "
            + "session cookie"
    }

    /// The separator where none is declared.
    public static let separatorDefault = UInt8(ascii: ".")
}
