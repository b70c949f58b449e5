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
