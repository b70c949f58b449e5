import Bytes
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
    /// - Parameter place: where the request leads; `nil`: to a balancer, without more ado.
    /// - Returns: `nil`: nothing, files or the balancer are to answer.
    func judge(
        _ head: borrowing RequestHead, in bytes: Span<UInt8>, _ asker: borrowing Asker, at place: Place?
    ) -> Refusal? {
        if let refusal = secure(head, in: bytes, asker, at: place) { return refusal }
        switch place?.own {
        case nil, .files: return nil
        case .redirect(let redirect):
            return Refusal(redirect: redirect.location(of: head, in: bytes), status: redirect.status)
        case .answer(let answer): return Refusal(fixed: answer)
        }
    }

    /// Sends a client in cleartext to TLS, where its listener does. A proxy that ended TLS itself says so.
    private func secure(
        _ head: borrowing RequestHead, in bytes: Span<UInt8>, _ asker: borrowing Asker, at place: Place?
    ) -> Refusal? {
        guard let redirect = asker.peer.entrance.redirect, place?.isServedInCleartext != true else { return nil }
        if asker.peer.isTrusted, let scheme = head.fields.index(of: .xForwardedProto),
            bytes.extracting(head.fields[scheme].value).equalsIgnoringCase("https")
        {
            return nil
        }
        // Without a host there is no URL to name.
        guard !head.hostRange.isEmpty else { return Refusal(.noSite) }
        return Refusal(redirect: redirect.location(of: head, in: bytes), status: redirect.status)
    }
}
