import Balancing
import HTTP
import Model
import Reactor
import Session

/// Which member's session a request belongs to, and what its answer says of the session.
extension Exchange {
    /// Finds the members that the request's session asks for, or the key by which it is given to one.
    func readSession(_ head: borrowing RequestHead, source: Span<UInt8>, balancer: Balancer, peer: ClientPeer) {
        guard head.hasCookiesOrParameters(in: source) || balancer.hashing != nil || balancer.written != nil else {
            return
        }
        let claim: SessionClaim
        if let written = balancer.written {
            let memory = written.remembers ? bench.members.memory(of: balancer) : nil
            var state = AffinityState()
            claim = SessionClaim(written, head, in: source, balancer: balancer, memory: memory, into: &state) {
                range, bytes in
                bench.stores.edits.replace(range, with: bytes)
            }
            if state.isUsed { tie.affinity = state }
        } else {
            claim = SessionClaim(
                head, in: source, balancer: balancer, peer: peer, origin: facts.origin,
                now: Int64(bench.clock.nowMillis))
            if let watch = balancer.routeWatch,
                watch.see(hasRoute: claim.preferences.count > 0, isRouteless: claim.isRouteless)
            {
                bench.journal.report(.warning, watch.words)
            }
        }
        course.preferences = claim.preferences
        course.key = claim.key
        tie.session = claim.session
        record.routeSource = claim.source
        tie.hasFormerRoute = claim.hasFormerRoute
        if facts.isNoted {
            claim.withRoute(head, in: source, balancer: balancer) { route in facts.takeNote(ofRoute: route) }
        }
    }

    /// Finds the balancer that answers in another one's place, of which no member may be given the request, if one is
    /// declared and can.
    func standIn(
        for balancer: Balancer, _ head: borrowing RequestHead, source: Span<UInt8>, peer: ClientPeer, edge: Edge
    ) -> Balancer? {
        guard balancer.standIn != nil else { return nil }
        let now = Int64(bench.clock.nowMillis)
        let other = edge.standIn(for: balancer, now: now) { balancer in
            guard let written = balancer.written else {
                return SessionClaim(
                    head, in: source, balancer: balancer, peer: peer, origin: facts.origin, now: now,
                    isRehearsal: true
                ).preferences
            }
            let memory = written.remembers ? bench.members.memory(of: balancer) : nil
            var state = AffinityState()
            return SessionClaim(
                written, head, in: source, balancer: balancer, memory: memory, into: &state
            ) { _, _ in }.preferences
        }
        record.isStandIn = other != nil
        return other
    }

    /// Has the balancer answer that stands in for another one, of which the last member was lost under the request.
    ///
    /// The head is written already, and its session was read for the members before: it goes to any member there, where
    /// heads are written alike.
    ///
    /// - Returns: whether there is one that can; it is the request's own from here on.
    func goToStandIn(of balancer: Balancer) -> Bool {
        guard balancer.standIn != nil, outbound.isReplayable, bench.edge.has(balancer) else { return false }
        let asked = course.preferences
        let found = bench.edge.standIn(for: balancer, now: Int64(bench.clock.nowMillis)) { candidate in
            candidate === balancer ? asked : MemberPreferences()
        }
        guard let found, found.writesHeads(as: balancer),
            outbound.move(to: found.memberLines, ruled: addedMemberBytesMax)
        else { return false }
        self.balancer = found
        record.isStandIn = true
        record.choice = nil
        course.goElsewhere()
        tie.reset()
        if let written = found.written {
            tie.affinity.isUsed = true
            tie.affinity.memory = written.remembers ? bench.members.memory(of: found) : nil
        }
        return true
    }

    /// Sees the session on the member that has answered: the one that the answer begins, else the request's. One that
    /// the answer ends or replaces counts no more; where a mode learns it, it is remembered whose each is.
    ///
    /// What a request says of its session is certain where it was learned or sealed: nobody else could have said it.
    func watchSession(_ head: borrowing ResponseHead, source: Span<UInt8>) {
        guard tie.session != nil || head.fields.contains(.setCookie) else { return }
        guard let balancer, let watch = balancer.watch, let census = member?.sessions, let index = record.memberIndex
        else {
            return
        }
        let now = Int64(bench.clock.nowMillis)
        switch Self.news(head, source: source, watch) {
        case .begun(let begun):
            if let session = tie.session, session != begun { census.end(session, now: now) }
            census.see(begun, now: now)
            // One whose cookie is set again with each answer may still have to return.
            if tie.session == begun, course.preferences.count > 0 {
                balancer.learned?.onAnswered(
                    begun, by: index, preferences: course.preferences, of: balancer, now: now)
            } else {
                balancer.learned?.onBegun(begun, by: index, of: balancer, now: now)
            }
        case .ended:
            guard let session = tie.session else { return }
            census.end(session, now: now)
            balancer.learned?.forget(session)
        case nil:
            guard let session = tie.session else { return }
            census.see(session, isCertain: balancer.provesSessions && course.preferences.count > 0, now: now)
            balancer.learned?.onAnswered(
                session, by: index, preferences: course.preferences, of: balancer, now: now)
        }
    }

    /// What the last of the answer's fields about the session's cookie says.
    private static func news(
        _ head: borrowing ResponseHead, source: Span<UInt8>, _ watch: SessionWatch
    ) -> SessionWatch.News? {
        var news: SessionWatch.News?
        var index = head.fields.index(of: .setCookie)
        while let found = index {
            let field = source.extracting(head.fields[found].value)
            news = watch.read(field, now: Clock.wallSeconds()) ?? news
            index = head.fields.index(of: .setCookie, from: found + 1)
        }
        return news
    }
}
