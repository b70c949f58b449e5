import HTTP
import Model
import Reactor

/// The rules of the place where a request leads.
extension Exchange {
    /// Holds the request to the rules of its listener and its place.
    ///
    /// - Parameter place: where it leads; `nil`: to a balancer, without more ado.
    /// - Returns: whether the balancer is to answer, once the request is no more held; else Martlet has, or will have
    ///   then.
    func judge(_ head: borrowing RequestHead, source: Span<UInt8>, peer: ClientPeer, at place: Place?) -> Bool {
        facts.ruling.locate(at: place)
        let asker = Asker(peer: peer, origin: facts.origin, now: bench.clock.now, isRehearsal: false)
        if let refusal = bench.edge.judge(head, in: source, asker, at: place) {
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
        facts.ruling.key = refusal.rule
        guard let rules = facts.ruling.rules, let peer else { return refusal }
        var ruled = refusal
        ruled.lines += rules.answerLines(isSecure: peer.isSecure)
        return ruled
    }
}
