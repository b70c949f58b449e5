import HTTP
import Model
import Reactor

/// The rules of the listener by which a request has come, and of the place where it leads.
extension Exchange {
    /// Holds the request to what its listener says of everything.
    ///
    /// - Returns: whether it goes on; else Martlet has answered.
    func admit(_ head: borrowing RequestHead, source: Span<UInt8>, peer: ClientPeer) -> Bool {
        guard let refusal = bench.edge.admit(head, in: source, asker(peer)) else { return true }
        refuse(refusal)
        return false
    }

    /// Answers a request that leads nowhere, if who asks may know that.
    ///
    /// - Parameter rules: those of the site that it has named.
    func answer(
        _ refusal: Refusal, to head: borrowing RequestHead, source: Span<UInt8>, peer: ClientPeer, in rules: Rules?
    ) {
        facts.ruling.locate(in: rules)
        refuse(rules?.gate?.judge(head, in: source, asker(peer)) ?? refusal)
    }

    private func asker(_ peer: ClientPeer) -> Asker {
        Asker(peer: peer, origin: facts.origin, now: bench.clock.now, ruling: facts.ruling)
    }

    /// Holds the request to the rules of its listener and its place.
    ///
    /// - Parameter place: where it leads; `nil`: to a balancer, without more ado.
    /// - Returns: whether the balancer is to answer, once the request is no more held; else Martlet has, or will have
    ///   then.
    func judge(_ head: borrowing RequestHead, source: Span<UInt8>, peer: ClientPeer, at place: Place?) -> Bool {
        facts.ruling.locate(at: place)
        if let refusal = bench.edge.judge(head, in: source, asker(peer), at: place) {
            refuse(refusal)
            return false
        }
        if let users = place?.rules?.users, !admit(head, source: source, peer: peer, by: users) { return false }
        guard let answer = place?.answer else { return true }
        if !isHeld { refuse(answer) }
        return false
    }

    /// What rules add to an answer of Martlet's own.
    func rule(_ refusal: Refusal) -> Refusal {
        let ruling = facts.ruling
        ruling.key = refusal.rule
        var ruled = refusal
        if refusal.outcome == .noMember, let balancer {
            ruled.retryAfterSeconds = balancer.secondsToNextTry(now: Int64(bench.clock.nowMillis))
        }
        // Where no site is found, there are those of the top.
        ruled.dress((ruling.rules ?? bench.edge.rules)?.pages, for: ruling.pageKind)
        guard let rules = ruling.rules else { return ruled }
        ruled.lines += rules.answerLines(isSecure: ruling.isPublicSecure)
        return ruled
    }
}
