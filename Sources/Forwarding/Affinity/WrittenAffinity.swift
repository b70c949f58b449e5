import Model

/// An affinity that Martlet writes into cookies, with what it is declared with. Immutable, shared by all workers.
enum WrittenAffinity: Sendable {
    case insert(InsertAffinity)
    case prefix(PrefixAffinity)
    case sealed(SealedAffinity)

    /// The written affinity of a balancer; `nil` when it has another one or none.
    init?(_ configuration: BalancerConfiguration) {
        switch configuration.affinity {
        case .insert(let insert): self = .insert(InsertAffinity(insert, of: configuration))
        case .prefix(let cookie): self = .prefix(PrefixAffinity(cookie: cookie, of: configuration))
        case .sealed(let sealed): self = .sealed(SealedAffinity(sealed, of: configuration))
        case .route, .hash, .learn, nil: return nil
        }
    }

    /// Whether exchanges need the worker's ``AffinityMemory``.
    var remembers: Bool {
        switch self {
        case .insert(let insert): !insert.followed.isEmpty
        case .prefix: false
        case .sealed: true
        }
    }
}
