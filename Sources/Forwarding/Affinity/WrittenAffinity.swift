import Bytes
import HTTP
import Model

/// An affinity that Martlet writes into cookies, with what it is declared with. Immutable, shared by all workers.
///
/// The one place at which modes part on the way of a request: what each does, its own type says.
enum WrittenAffinity: Sendable {
    case insert(InsertAffinity)
    case prefix(PrefixAffinity)
    case sealed(SealedAffinity)

    /// The written affinity of a balancer; `nil` when it writes nothing.
    init?(_ configuration: BalancerConfiguration) {
        guard let affinity = configuration.affinity, case .written = affinity.mode.reading else { return nil }
        switch affinity {
        case .insert(let insert): self = .insert(InsertAffinity(insert, of: configuration))
        case .prefix(let prefix): self = .prefix(PrefixAffinity(prefix, of: configuration))
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
    /// Reads what was written into a request, and says what members get in its place.
    ///
    /// - Parameters:
    ///   - head: parsed.
    ///   - bytes: what it was parsed from.
    ///   - memory: the worker's; `nil` where nothing is remembered.
    ///   - claim: gets what the request says of its member.
    ///   - state: empty; gets what its answer goes by.
    ///   - replace: is told what members get.
    func read(
        _ head: borrowing RequestHead, in bytes: Span<UInt8>, of balancer: Balancer, _ memory: AffinityMemory?,
        into claim: inout SessionClaim, _ state: inout AffinityState, replace: SessionClaim.Replacement
    ) {
        switch self {
        case .insert(let insert):
            insert.read(head, in: bytes, of: balancer, memory, into: &claim, &state, replace: replace)
        case .prefix(let prefix): prefix.read(head, in: bytes, of: balancer, into: &claim, replace: replace)
        case .sealed(let sealed):
            sealed.read(head, in: bytes, of: balancer, memory, into: &claim, &state, replace: replace)
        }
    }

    /// Hands out the bytes of the route that a token stands for.
    func withRoute(of member: Int, _ body: (Span<UInt8>) -> Void) {
        guard case .sealed(let sealed) = self else { return }
        let tail = sealed.routes[member]
        body(tail.span.extracting(1..<tail.count))
    }

    /// Says what is replaced in an answer's head so that the session finds back to its member.
    ///
    /// - Parameters:
    ///   - head: parsed.
    ///   - source: what it was parsed from.
    ///   - tie: what the request has said of its session.
    ///   - edits: get what is replaced.
    ///   - action: is said where anything is done.
    /// - Returns: field lines to add, each with its CR LF; `nil` when a route cannot be hidden.
    func write(
        _ head: borrowing ResponseHead, _ source: Span<UInt8>, from member: AnsweringMember, _ tie: Tie,
        _ edits: HeadEdits, _ action: inout AffinityAction
    ) -> [UInt8]? {
        switch self {
        case .insert(let insert): return insert.write(head, source, from: member, tie, &action)
        case .prefix(let prefix):
            prefix.write(head, source, from: member, edits, &action)
            return []
        case .sealed(let sealed): return sealed.write(head, source, from: member, tie, edits, &action)
        }
    }
}
