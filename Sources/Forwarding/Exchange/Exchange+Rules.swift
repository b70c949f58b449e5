import HTTP
import Model
import Reactor

/// The rules of the place where a request leads.
extension Exchange {
    /// Holds the request to the rules of its listener and its place.
    ///
    /// - Parameters:
    ///   - place: where it leads; `nil`: to a balancer, without more ado.
    ///   - balancer: who answers there; `nil`: Martlet.
    /// - Returns: whether the balancer is to answer; else Martlet has.
    func judge(
        _ head: borrowing RequestHead, source: Span<UInt8>, peer: ClientPeer, at place: Place?, for balancer: Balancer?
    ) -> Bool {
        facts.ruling.locate(at: place)
        makeFields(head, source: source, peer: peer, balancer: balancer)
        let asker = Asker(peer: peer, origin: facts.origin, now: bench.clock.now, isRehearsal: false)
        guard let refusal = bench.edge.judge(head, in: source, asker, at: place) else { return true }
        refuse(refusal)
        return false
    }

    /// Refuses a request that leads to no place.
    ///
    /// - Parameter rules: those that hold where it was found out.
    func refuse(
        _ refusal: Refusal, by rules: Rules?, _ head: borrowing RequestHead, source: Span<UInt8>, peer: ClientPeer
    ) {
        facts.ruling.locate(in: rules)
        makeFields(head, source: source, peer: peer, balancer: nil)
        refuse(refusal)
    }

    /// Gives the request a name, and makes the field lines that speak of it, as long as its head is there.
    private func makeFields(
        _ head: borrowing RequestHead, source: Span<UInt8>, peer: ClientPeer, balancer: Balancer?
    ) {
        guard let rules = facts.ruling.rules, rules.makesLines else { return }
        if rules.asksForTLS, peer.isSecure { _ = completedPeer() }
        if let rule = rules.requestID {
            let given = peer.isTrusted ? rule.find(in: head, source) : nil
            facts.ruling.name(given, in: source, random: bench.random)
        }
        let known = KnownFacts(
            peer: peer, origin: facts.origin, balancer: balancer, requestID: facts.ruling.requestID)
        facts.ruling.makeLines(by: rules) { fact, output in known.put(fact, of: head, in: source, to: &output) }
    }

    /// What rules add to a member's answer.
    ///
    /// - Returns: whether all that they want could be done.
    func rule(_ head: borrowing ResponseHead, source: Span<UInt8>, _ plan: inout AnswerPlan) -> Bool {
        guard let rules = facts.ruling.rules, let peer else { return true }
        plan.lines = rules.answerLines(isSecure: peer.isSecure)
        if let fields = rules.answerFields {
            plan.omitted = fields.names
            facts.ruling.finishAnswer(balancer?.memberLines, member: record.memberIndex)
            let lines = facts.ruling.answer.lines
            if plan.extra.isEmpty { plan.extra = lines } else { plan.extra += lines }
        }
        guard let cookies = rules.cookies, head.fields.contains(.setCookie) else { return true }
        let isDone = bench.stores.edits.edit { cookies.edit(head, in: source, isSecure: peer.isSecure, &$0) }
        plan.splices = bench.stores.edits.made
        return isDone
    }

    /// What rules add to an answer of Martlet's own.
    func rule(_ refusal: Refusal) -> Refusal {
        facts.ruling.key = refusal.rule
        guard let rules = facts.ruling.rules, let peer else { return refusal }
        facts.ruling.finishAnswer(balancer?.memberLines, member: record.memberIndex)
        var ruled = refusal
        ruled.lines += rules.answerLines(isSecure: peer.isSecure)
        ruled.lines += facts.ruling.answer.lines
        return ruled
    }
}
