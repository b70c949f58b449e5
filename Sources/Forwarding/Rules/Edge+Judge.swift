import Bytes
import HTTP
import Model
import Reactor

/// Who asks, as rules look at it beside the connection. It refers to nothing: each request has one made.
struct Asker {
    /// Whom the request is from, where the peer is a trusted proxy; 0: the peer.
    let origin: UInt128
    /// Whether the client speaks TLS, to Martlet or to a trusted proxy.
    let isSecure: Bool
    /// Nanoseconds of the monotonic clock.
    let now: Int

    /// - Parameter approach: what the peer says of whom it is from, where that is a trusted proxy.
    init(_ approach: Approach, of peer: ClientPeer, now: Int) {
        origin = approach.address
        isSecure = approach.isSecure ?? peer.isSecure
        self.now = now
    }

    /// The address that rules go by, 128 bits, IPv4 mapped; `nil`: that of a UNIX-domain listener's client.
    func address(of peer: ClientPeer) -> UInt128? {
        origin == 0 ? peer.address.mappedBits : origin
    }

    /// Who it is, for what is counted by address; those without one are counted as one.
    func hash(of peer: ClientPeer, _ secrets: Limiters.Secrets) -> UInt64 {
        origin == 0 ? peer.addressHash(secrets) : secrets.hash(of: origin)
    }
}

/// What rules would count of a request that is only thought of.
final class Rehearsal {
    /// What there is left of what, in the order of the rules.
    var limits: [Explanation.Limit] = []
}

extension Edge {
    // An edge is asked nothing of itself here: calling it would count a reference to it. So would whoever held the
    // peer and the ruling: they are handed on.

    /// What Martlet answers a client of a listener that has rules, wherever the request leads: nobody learns there
    /// which sites and paths there are.
    ///
    /// - Parameter ruling: keeps what is counted until the exchange is over.
    /// - Returns: `nil`: nothing, it goes on.
    static func admit(
        _ head: borrowing RequestHead, in bytes: Span<UInt8>, from peer: ClientPeer, _ asker: Asker, in ruling: Ruling
    ) -> OwnAnswer? {
        peer.entrance.gate?.judge(head, in: bytes, from: peer, asker, in: ruling)
    }

    /// Whether ``judge(_:in:_:at:)`` may say anything to a client, where there is so much of the place.
    static func judges(_ peer: ClientPeer, at traits: PlaceTraits) -> Bool {
        peer.entrance.redirect != nil || !traits.isDisjoint(with: .verdicts)
    }

    /// What Martlet answers itself where a request leads, by the rules there, before it asks whose the request is
    /// (``Rules/users``); behind that comes what the place answers itself (``Place/answer``), or its
    /// files.
    ///
    /// The order is one for all requests, and ``Explainer`` goes by it as well: what is closed is not told to be
    /// elsewhere, and nobody is asked for a password where the answer is another URL.
    ///
    /// - Parameter place: where the request leads; `nil`: to a balancer, without more ado.
    /// - Returns: `nil`: nothing so far.
    static func judge(
        _ head: borrowing RequestHead, in bytes: Span<UInt8>, from peer: ClientPeer, _ asker: Asker, at place: Place?,
        in ruling: Ruling
    ) -> OwnAnswer? {
        if let answer = secure(head, in: bytes, from: peer, asker, at: place) { return answer }
        guard let place, !place.traits.isDisjoint(with: .verdicts) else { return nil }
        return place.judge(head, in: bytes, from: peer, asker, in: ruling)
    }

    /// What Martlet answers to a request that leads nowhere in a site: who the site keeps out does not learn which
    /// paths there are not.
    ///
    /// - Parameters:
    ///   - refusal: that it leads nowhere.
    ///   - rules: the site's; `nil`: it has none.
    static func judge(
        _ refusal: OwnAnswer, to head: borrowing RequestHead, in bytes: Span<UInt8>, from peer: ClientPeer,
        _ asker: Asker, by rules: Rules?, in ruling: Ruling
    ) -> OwnAnswer {
        rules?.gate?.judge(head, in: bytes, from: peer, asker, in: ruling)
            ?? rules?.maintenance?.answer(to: peer, asker) ?? refusal
    }

    /// What Martlet would answer itself: whoever shows a name and a password is thought to be a user.
    ///
    /// - Returns: `nil`: nothing, files or the balancer are to answer.
    static func rehearse(
        _ head: borrowing RequestHead, in bytes: Span<UInt8>, from peer: ClientPeer, _ asker: Asker, at place: Place?,
        in ruling: Ruling
    ) -> OwnAnswer? {
        if let answer = judge(head, in: bytes, from: peer, asker, at: place, in: ruling) { return answer }
        if let users = place?.rules?.users {
            var text = BasicCredentials.Text(repeating: 0)
            guard let field = Users.field(of: head),
                Users.credentials(in: bytes.extracting(field), into: &text) != nil
            else { return users.answer }
        }
        return place?.answer
    }

    /// What the outermost rules add to an answer to what was not understood: what is always the same, and a page.
    func rule(_ refusal: Refusal, to peer: ClientPeer) -> OwnAnswer {
        var ruled = OwnAnswer(refusal)
        guard let rules = outermostRules else { return ruled }
        ruled.dress(rules.pages, for: .text)
        ruled.lines += rules.answerLines(isSecure: peer.isSecure)
        return ruled
    }

    /// Sends a client in cleartext to TLS, where its listener does. A proxy that ended TLS itself says so.
    private static func secure(
        _ head: borrowing RequestHead, in bytes: Span<UInt8>, from peer: ClientPeer, _ asker: Asker, at place: Place?
    ) -> OwnAnswer? {
        guard let redirect = peer.entrance.redirect, place?.isServedInCleartext != true else { return nil }
        guard !asker.isSecure else { return nil }
        // Without a host there is no URL to name.
        guard !head.hostRange.isEmpty else { return OwnAnswer(Refusal(.noSite)) }
        let own = place?.redirect ?? redirect
        return OwnAnswer(redirect: own.location(of: head, in: bytes), status: own.status)
    }
}

extension Place {
    /// What Martlet answers itself by the rules there, and where the place is another URL.
    fileprivate func judge(
        _ head: borrowing RequestHead, in bytes: Span<UInt8>, from peer: ClientPeer, _ asker: Asker, in ruling: Ruling
    ) -> OwnAnswer? {
        if let answer = gate?.judge(head, in: bytes, from: peer, asker, in: ruling) { return answer }
        if traits.contains(.maintenance), let answer = rules?.maintenance?.answer(to: peer, asker) { return answer }
        guard traits.contains(.own) else { return nil }
        switch own {
        case .redirect(let redirect):
            return OwnAnswer(redirect: redirect.location(of: head, in: bytes), status: redirect.status)
        case .elsewhere: return OwnAnswer(Refusal(.noSite))
        case .answer, .files, nil: return nil
        }
    }
}
