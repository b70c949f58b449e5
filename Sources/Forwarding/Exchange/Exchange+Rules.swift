import HTTP
import Model
import Reactor

/// The rules of the listener by which a request has come, and of the place where it leads.
extension Exchange {
    /// Holds the request to what its listener says of everything.
    ///
    /// - Returns: whether it goes on; else Martlet has answered.
    func admit(_ head: borrowing RequestHead, source: Span<UInt8>, peer: ClientPeer) -> Bool {
        guard let own = Edge.admit(head, in: source, from: peer, asker(peer), in: ruling) else { return true }
        ruling.locate(in: bench.edge.outermostRules)
        answer(own)
        return false
    }

    /// Answers a request that leads nowhere.
    ///
    /// - Parameter rules: those of the site that it has named.
    func answer(
        _ refusal: OwnAnswer, to head: borrowing RequestHead, source: Span<UInt8>, peer: ClientPeer, in rules: Rules?
    ) {
        ruling.locate(in: rules)
        makeFields(head, source: source, peer: peer, balancer: nil)
        answer(Edge.judge(refusal, to: head, in: source, from: peer, asker(peer), by: rules, in: ruling))
    }

    private func asker(_ peer: ClientPeer) -> Asker {
        Asker(facts.approach, of: peer, now: bench.clock.now)
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
        ruling.locate(at: place)
        makeFields(head, source: source, peer: peer, balancer: balancer)
        let traits = ruling.traits
        if Edge.judges(peer, at: traits),
            let own = Edge.judge(head, in: source, from: peer, asker(peer), at: place, in: ruling)
        {
            answer(own)
            return false
        }
        if traits.contains(.users), let users = place?.rules?.users,
            !admit(head, source: source, peer: peer, by: users)
        {
            return false
        }
        guard traits.contains(.own), let own = place?.answer else { return true }
        if !isHeld { answer(own) }
        return false
    }

    /// Gives the request a name, and makes the field lines that speak of it, as long as its head is there.
    private func makeFields(
        _ head: borrowing RequestHead, source: Span<UInt8>, peer: ClientPeer, balancer: Balancer?
    ) {
        guard ruling.traits.contains(.facts), let rules = ruling.rules else { return }
        if let rule = rules.requestID {
            let given = peer.isTrusted ? rule.find(in: head, source) : nil
            ruling.name(given, in: source, random: bench.random)
        }
        guard !rules.facts.isEmpty else { return }
        ruling.take(lines(by: rules, head, source: source, peer: peer, balancer: balancer))
    }

    /// The lines that speak of the request: those of the request before it on the connection where they say the same,
    /// as they mostly do.
    private func lines(
        by rules: Rules, _ head: borrowing RequestHead, source: Span<UInt8>, peer: ClientPeer, balancer: Balancer?
    ) -> MadeLines {
        let grounds = MadeLines.Grounds(
            rules, balancer: balancer, origin: facts.origin, isSecure: isPublicSecure)
        // One that is too long for a line is said in none.
        let namesHost = rules.facts.contains(.host) && head.hostRange.count <= FieldFact.host.bytesMax
        let host = source.extracting(namesHost ? head.hostRange : 0..<0)
        if let lines = peer.known?.lines, lines.are(for: grounds, host: host) { return lines }
        // Forgets the lines that were made without it.
        if rules.asksForTLS, peer.isSecure { _ = completedPeer() }
        let lines = peer.acquaintance.linesToMake() ?? ruling.spareLines()
        let known = KnownFacts(peer: peer, origin: facts.origin, isSecure: isPublicSecure, balancer: balancer)
        // Taken and not copied: what two variables share is copied by the first change.
        var scratch: [UInt8] = []
        swap(&scratch, &bench.stores.scratch)
        defer { swap(&scratch, &bench.stores.scratch) }
        lines.make(by: rules, for: grounds, host: host, with: &scratch) { fact, output in
            known.put(fact, of: head, in: source, to: &output)
        }
        return lines
    }

    /// What rules add to a member's answer.
    ///
    /// - Returns: whether all that they want could be done.
    func rule(_ head: borrowing ResponseHead, source: Span<UInt8>, _ plan: inout AnswerPlan) -> Bool {
        guard !ruling.traits.isDisjoint(with: .answers), let rules = ruling.rules else { return true }
        if let fields = rules.answerFields { plan.omitted = fields.names }
        plan.lines = ruling.answerLines(
            by: rules, isSecure: isPublicSecure, balancer?.memberLines, member: record.memberIndex)
        guard let cookies = rules.cookies, head.fields.contains(.setCookie) else { return true }
        let isSecure = isPublicSecure
        let isDone = bench.stores.edits.edit { cookies.edit(head, in: source, isSecure: isSecure, &$0) }
        plan.splices = bench.stores.edits.made
        return isDone
    }

    /// What rules add to an answer of Martlet's own.
    func rule(_ own: OwnAnswer) -> OwnAnswer {
        ruling.key = own.rule
        var ruled = own
        if own.outcome == .noMember, let balancer {
            ruled.refusal.retryAfterSeconds = balancer.secondsToNextTry(now: Int64(bench.clock.nowMillis))
        }
        ruled.dress(ruling.rules?.pages, for: facts.pageKind)
        guard let rules = ruling.rules else { return ruled }
        ruled.lines += ruling.answerLines(
            by: rules, isSecure: isPublicSecure, balancer?.memberLines, member: record.memberIndex)
        return ruled
    }
}
