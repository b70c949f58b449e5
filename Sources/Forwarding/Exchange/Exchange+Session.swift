import Balancing
import Bytes
import HTTP
import Reactor
import Session

/// Which member's session a request belongs to, and what its answer says of the session.
extension Exchange {
    /// Finds the members that the request's session asks for, or the key by which it is given to one.
    func readSession(_ head: borrowing RequestHead, source: Span<UInt8>, farm: Farm) {
        if let hashing = farm.hashing { return readKey(head, source: source, hashing: hashing) }
        guard let sessions = farm.sessions else { return }
        let candidates = Self.candidates(head, source: source, sessions)
        var preferences = MemberPreferences()
        for position in 0..<candidates.count {
            if let member = candidates[position].member { preferences.append(member) }
        }
        preferences.hasUnknownRoute = candidates.unknown != nil
        self.preferences = preferences
        guard let asked = candidates.count > 0 ? candidates[0] : candidates.unknown else { return }
        if farm.watch != nil {
            session = SessionWatch.hash(Self.place(of: asked, head, source).extracting(asked.session))
        }
        if worker.log.isOn { note.setRoute(Self.place(of: asked, head, source).extracting(asked.route)) }
    }

    private func readKey(_ head: borrowing RequestHead, source: Span<UInt8>, hashing: Hashing) {
        if let sessions = hashing.sessions {
            guard let found = Self.candidates(head, source: source, sessions).unknown else { return }
            let value = Self.place(of: found, head, source).extracting(found.route)
            key = Hashing.hash(value)
            session = SessionWatch.hash(value)
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

    /// Counts the session on the member that has answered: the one that the answer begins, else the request's; one that
    /// it ends or replaces counts no more.
    func watchSession(_ head: borrowing ResponseHead, source: Span<UInt8>) {
        guard let watch = farm?.watch, let census = member?.sessions else { return }
        let now = Int64(worker.loop.nowMillis)
        let news = Self.news(head, source: source, watch)
        if let session, news == nil || news == .begun(session) { return census.see(session, now: now) }
        if let session { census.end(session, now: now) }
        if case .begun(let session) = news { census.see(session, now: now) }
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
