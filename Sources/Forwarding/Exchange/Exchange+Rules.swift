import HTTP
import Model
import Reactor

/// The rules of the place where a request leads.
extension Exchange {
    /// Holds the request to the rules of its listener and its place.
    ///
    /// - Parameter place: where it leads; `nil`: to a balancer, without more ado.
    /// - Returns: whether the balancer is to answer; else Martlet has.
    func judge(_ head: borrowing RequestHead, source: Span<UInt8>, peer: ClientPeer, at place: Place?) -> Bool {
        facts.ruling.locate(at: place)
        let asker = Asker(peer: peer, approach: facts.approach, now: bench.clock.now, isRehearsal: false)
        guard let refusal = bench.edge.judge(head, in: source, asker, at: place) else { return true }
        refuse(refusal)
        return false
    }

    /// What rules add to an answer of Martlet's own.
    func rule(_ refusal: Refusal) -> Refusal {
        facts.ruling.key = refusal.rule
        guard let rules = facts.ruling.rules else { return refusal }
        var ruled = refusal
        ruled.lines += rules.answerLines(isSecure: facts.ruling.isPublicSecure)
        return ruled
    }
}
