import Model

/// An affinity that Martlet writes into cookies, with what it is declared with. Immutable, shared by all workers.
enum WrittenAffinity: Sendable {
    case insert(InsertAffinity)
    case prefix(PrefixAffinity)
    case sealed(SealedAffinity)

    /// The written affinity of a balancer; `nil` when it writes nothing.
    init?(_ configuration: BalancerConfiguration) {
        guard let affinity = configuration.affinity, case .written = affinity.mode.reading else { return nil }
        switch affinity {
        case .insert(let insert): self = .insert(InsertAffinity(insert, of: configuration))
        case .prefix(let prefix): self = .prefix(PrefixAffinity(cookie: prefix.cookie, of: configuration))
        case .sealed(let sealed): self = .sealed(SealedAffinity(sealed, of: configuration))
        default: preconditionFailure("nobody writes for mode \(affinity.name)")
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
