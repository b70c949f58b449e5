import HTTP
import Model
import Reactor

/// The rules of the listener by which a request has come, and of the place where it leads.
extension Exchange {
    /// Holds the request to what its listener says of everything.
    ///
    /// - Returns: whether it goes on; else Martlet has answered.
    func admit(_ head: borrowing RequestHead, source: Span<UInt8>, peer: ClientPeer) -> Bool {
        guard let own = bench.edge.admit(head, in: source, asker(peer)) else { return true }
        facts.ruling.locate(in: bench.edge.outermostRules)
        answer(own)
        return false
    }

    /// Answers a request that leads nowhere.
    ///
    /// - Parameter rules: those of the site that it has named.
    func answer(
        _ refusal: OwnAnswer, to head: borrowing RequestHead, source: Span<UInt8>, peer: ClientPeer, in rules: Rules?
    ) {
        facts.ruling.locate(in: rules)
        makeFields(head, source: source, peer: peer, balancer: nil)
        answer(bench.edge.judge(refusal, to: head, in: source, asker(peer), by: rules))
    }

    private func asker(_ peer: ClientPeer) -> Asker {
        Asker(peer: peer, approach: facts.approach, now: bench.clock.now, ruling: facts.ruling)
    }

    /// Holds the request to the rules of its listener and its place.
    ///
    /// - Parameters:
    ///   - place: where it leads; `nil`: to a balancer, without more ado.
    ///   - balancer: who answers there; `nil`: Martlet.
    /// - Returns: whether the balancer is to answer, once the request is no more held; else Martlet has, or will have
    ///   then.
    func judge(
        _ head: borrowing RequestHead, source: Span<UInt8>, peer: ClientPeer, at place: Place?, for balancer: Balancer?
    ) -> Bool {
        facts.ruling.locate(at: place)
        makeFields(head, source: source, peer: peer, balancer: balancer)
        if let own = bench.edge.judge(head, in: source, asker(peer), at: place) {
            answer(own)
            return false
        }
        if let users = place?.rules?.users, !admit(head, source: source, peer: peer, by: users) { return false }
        guard let own = place?.answer else { return true }
        if !isHeld { answer(own) }
        return false
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
            peer: peer, origin: facts.origin, isSecure: isPublicSecure, balancer: balancer,
            requestID: facts.ruling.requestID)
        facts.ruling.makeLines(by: rules) { fact, output in known.put(fact, of: head, in: source, to: &output) }
    }

    /// What rules add to a member's answer.
    ///
    /// - Returns: whether all that they want could be done.
    func rule(_ head: borrowing ResponseHead, source: Span<UInt8>, _ plan: inout AnswerPlan) -> Bool {
        guard let rules = facts.ruling.rules else { return true }
        plan.lines = rules.answerLines(isSecure: isPublicSecure)
        if let fields = rules.answerFields {
            plan.omitted = fields.names
            facts.ruling.finishAnswer(balancer?.memberLines, member: record.memberIndex)
            let lines = facts.ruling.answer.lines
            if plan.extra.isEmpty { plan.extra = lines } else { plan.extra += lines }
        }
        guard let cookies = rules.cookies, head.fields.contains(.setCookie) else { return true }
        let isSecure = isPublicSecure
        let isDone = bench.stores.edits.edit { cookies.edit(head, in: source, isSecure: isSecure, &$0) }
        plan.splices = bench.stores.edits.made
        return isDone
    }

    /// What rules add to an answer of Martlet's own.
    func rule(_ own: OwnAnswer) -> OwnAnswer {
        let ruling = facts.ruling
        ruling.key = own.rule
        var ruled = own
        if own.outcome == .noMember, let balancer {
            ruled.refusal.retryAfterSeconds = balancer.secondsToNextTry(now: Int64(bench.clock.nowMillis))
        }
        ruled.dress(ruling.rules?.pages, for: facts.pageKind)
        guard let rules = ruling.rules else { return ruled }
        ruling.finishAnswer(balancer?.memberLines, member: record.memberIndex)
        ruled.lines += rules.answerLines(isSecure: isPublicSecure)
        ruled.lines += ruling.answer.lines
        return ruled
    }
}
