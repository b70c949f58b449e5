import Model

extension AffinityConfiguration {
    /// What tells sessions apart; `nil` where nothing does.
    var watch: SessionWatch? {
        guard tellsSessionsApart else { return nil }
        return switch self {
        case .route(let cookie, _, let separator, _): SessionWatch(cookie: cookie, separator: separator)
        case .learn(let cookie, _, _): SessionWatch(cookie: cookie, separator: nil)
        case .hash(.cookie(let name), _): SessionWatch(cookie: name, separator: nil)
        case .prefix(let cookie): SessionWatch(cookie: cookie, separator: nil)
        case .sealed(let sealed): SessionWatch(cookie: sealed.cookie, separator: sealed.separator)
        case .insert(let inserted): SessionWatch(cookie: inserted.followed, separator: nil)
        case .hash: SessionWatch(cookie: nil, separator: nil)
        }
    }
}
