import Balancing
import Bytes
import HTTP
import Reactor
import Session

/// Which member's session a request belongs to, and what its answer says of the session.
extension Exchange {
    /// Finds the members that the request's session asks for, or the key by which it is given to one.
    func readSession(_ head: borrowing RequestHead, source: Span<UInt8>, farm: Farm) {
        if let hashing = farm.hashing { return readKey(head, source: source, hashing: hashing, farm: farm) }
        guard let sessions = farm.sessions else { return }
        let candidates = Self.candidates(head, source: source, sessions)
        var preferences = MemberPreferences()
        for position in 0..<candidates.count {
            if let member = candidates[position].member { preferences.append(member) }
        }
        preferences.hasUnknownRoute = candidates.unknown != nil
        self.preferences = preferences
        guard let asked = candidates.count > 0 ? candidates[0] : candidates.unknown else { return }
        hasFormerRoute = asked.isFormer
        let place = Self.place(of: asked, head, source)
        if farm.watch != nil {
            session = SessionWatch.hash(place.extracting(asked.session))
            if farm.ranksSessions, candidates.count > 0 { key = Hashing.hash(place.extracting(asked.session)) }
        }
        if worker.log.isOn { note.setRoute(place.extracting(asked.route)) }
    }

    private func readKey(_ head: borrowing RequestHead, source: Span<UInt8>, hashing: Hashing, farm: Farm) {
        if let sessions = hashing.sessions {
            guard let found = Self.candidates(head, source: source, sessions).unknown else { return }
            let value = Self.place(of: found, head, source).extracting(found.route)
            key = Hashing.hash(value)
            let session = SessionWatch.hash(value)
            self.session = session
            if let member = farm.learned?.member(of: session, now: Int64(worker.loop.nowMillis)) {
                preferences = MemberPreferences(member)
            }
        } else if let peer {
            key = hashing.key(head, in: source, peer: peer)
        }
    }

    private static func candidates(
        _ head: borrowing RequestHead, source: Span<UInt8>, _ sessions: SessionReader
    ) -> RouteCandidates {
        var candidates = RouteCandidates()
        sessions.read(target: source.extracting(head.targetRange), into: &candidates)
        var index = head.fields.index(of: .cookie)
        while let found = index {
            sessions.read(cookies: source.extracting(head.fields[found].value), into: &candidates)
            index = head.fields.index(of: .cookie, from: found + 1)
        }
        return candidates
    }

    /// What a candidate's ranges point into.
    @_lifetime(copy source)
    private static func place(
        of candidate: RouteCandidate, _ head: borrowing RequestHead, _ source: Span<UInt8>
    ) -> Span<UInt8> {
        guard candidate.source == .cookie else { return source.extracting(head.targetRange) }
        var index = head.fields.index(of: .cookie) ?? 0
        for _ in 0..<candidate.field { index = head.fields.index(of: .cookie, from: index + 1) ?? index }
        return source.extracting(head.fields[index].value)
    }

    /// Sees the session on the member that has answered: the one that the answer begins, else the request's. One that
    /// the answer ends or replaces counts no more; under `mode: learn` it is remembered whose each is.
    func watchSession(_ head: borrowing ResponseHead, source: Span<UInt8>) {
        guard let farm, let watch = farm.watch, let census = member?.sessions, let index = record.memberIndex else {
            return
        }
        let now = Int64(worker.loop.nowMillis)
        switch Self.news(head, source: source, watch) {
        case .begun(let begun):
            if let session, session != begun { census.end(session, now: now) }
            census.see(begun, now: now)
            // One whose cookie is set again with each answer may still have to return.
            if session == begun, preferences.count > 0 { return keepSession(begun, on: index, now: now, farm: farm) }
            farm.learned?.learn(begun, member: index, now: now)
        case .ended:
            guard let session else { return }
            census.end(session, now: now)
            farm.learned?.forget(session)
        case nil:
            guard let session else { return }
            census.see(session, now: now)
            keepSession(session, on: index, now: now, farm: farm)
        }
    }

    /// Ties a session to the member that it was moved to, unless it is to return.
    private func keepSession(_ session: UInt64, on member: Int, now: Int64, farm: Farm) {
        let preferences = preferences
        guard let learned = farm.learned, preferences.count > 0, preferences[0] != member,
            !farm.configuration.returnsAfterRecovery
        else { return }
        learned.learn(session, member: member, now: now)
    }

    /// What the last of the answer's fields about the session's cookie says.
    private static func news(
        _ head: borrowing ResponseHead, source: Span<UInt8>, _ watch: SessionWatch
    ) -> SessionWatch.News? {
        var news: SessionWatch.News?
        var index = head.fields.index(of: .setCookie)
        while let found = index {
            let field = source.extracting(head.fields[found].value)
            news = watch.read(field, now: Clock.wallNanoseconds() / 1_000_000_000) ?? news
            index = head.fields.index(of: .setCookie, from: found + 1)
        }
        return news
    }
}
