import HTTP
import Model

/// Who asks, as rules look at it.
struct Asker {
    /// The connection that the request came by.
    let peer: ClientPeer
    /// Whom it is from, where the peer is a trusted proxy; 0: the peer.
    let origin: UInt128
    /// Nanoseconds of the monotonic clock.
    let now: Int
    /// Whether nothing is to be counted, as the request is only thought of.
    let isRehearsal: Bool
}

extension Edge {
    /// What Martlet answers itself where a request leads, by the rules there.
    ///
    /// The order is one for all requests, and ``Explainer`` goes by it as well: what is closed is not told to be
    /// elsewhere, and nobody is asked for a password where the answer is another URL.
    ///
    /// - Parameters:
    ///   - own: what the place answers itself; `nil`: a balancer answers.
    ///   - place: where the request leads.
    /// - Returns: `nil`: nothing, the balancer is to answer.
    func judge(
        _ head: borrowing RequestHead, in bytes: Span<UInt8>, _ asker: borrowing Asker, own: FixedAnswer?,
        at place: Place
    ) -> Refusal? {
        own.map(Refusal.init(fixed:))
    }
}
