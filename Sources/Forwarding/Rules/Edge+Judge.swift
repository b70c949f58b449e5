import Bytes
import HTTP
import Model

/// Who asks, as rules look at it.
struct Asker {
    /// The connection that the request came by.
    let peer: ClientPeer
    /// What the peer says of whom it is from, where that is a trusted proxy.
    let approach: Approach
    /// Nanoseconds of the monotonic clock.
    let now: Int
    /// Whether nothing is to be counted, as the request is only thought of.
    let isRehearsal: Bool

    /// Whom it is from, where the peer is a trusted proxy; 0: the peer.
    var origin: UInt128 { approach.address }

    /// Whether the client speaks TLS, to Martlet or to a trusted proxy.
    var isSecure: Bool { approach.isSecure ?? peer.isSecure }
}

extension Edge {
    /// What Martlet answers itself where a request leads, by the rules there.
    ///
    /// The order is one for all requests, and ``Explainer`` goes by it as well: what is closed is not told to be
    /// elsewhere, and nobody is asked for a password where the answer is another URL.
    ///
    /// - Parameter place: where the request leads; `nil`: to a balancer, without more ado.
    /// - Returns: `nil`: nothing, the balancer is to answer.
    func judge(
        _ head: borrowing RequestHead, in bytes: Span<UInt8>, _ asker: borrowing Asker, at place: Place?
    ) -> Refusal? {
        if let refusal = secure(head, in: bytes, asker, at: place) { return refusal }
        if let refusal = place?.rules?.maintenance?.refusal(to: asker) { return refusal }
        switch place?.own {
        case nil: return nil
        case .redirect(let redirect):
            return Refusal(redirect: redirect.location(of: head, in: bytes), status: redirect.status)
        case .answer(let answer): return Refusal(fixed: answer)
        case .elsewhere: return Refusal(.noSite)
        }
    }

    /// Sends a client in cleartext to TLS, where its listener does. A proxy that ended TLS itself says so.
    private func secure(
        _ head: borrowing RequestHead, in bytes: Span<UInt8>, _ asker: borrowing Asker, at place: Place?
    ) -> Refusal? {
        guard let redirect = asker.peer.entrance.redirect, place?.isServedInCleartext != true else { return nil }
        guard !asker.isSecure else { return nil }
        // Without a host there is no URL to name.
        guard !head.hostRange.isEmpty else { return Refusal(.noSite) }
        let own = place?.redirect ?? redirect
        return Refusal(redirect: own.location(of: head, in: bytes), status: own.status)
    }
}
