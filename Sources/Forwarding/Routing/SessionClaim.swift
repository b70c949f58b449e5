import Balancing
import Bytes
import HTTP
import Session

/// What a request says about who is to answer it: the members that its session asks for, or the key that it is hashed
/// by.
struct SessionClaim {
    /// The members whose routes are asked for, best first, or who is known to have the session.
    private(set) var preferences = MemberPreferences()
    /// The hash of what ties the request to a member where no route does, or by which its session is ranked.
    private(set) var key: UInt64?
    /// The keyed hash of its session, where sessions are told apart.
    private(set) var session: UInt64?
    /// Where that was found: `path`, `query` or `cookie`; `key` for what is hashed; empty for nothing.
    private(set) var source: StaticString = ""
    /// The first route that is asked for, of a member if one is.
    private(set) var asked: RouteCandidate?
    /// The first route in a cookie that Martlet has written, as a range of the head's bytes.
    private(set) var writtenRoute: Range<Int>?

    /// Reads a request.
    ///
    /// - Parameters:
    ///   - head: parsed.
    ///   - bytes: what it was parsed from.
    ///   - now: milliseconds of the event loops' clock.
    ///   - isRehearsal: whether nothing is to be remembered of it.
    init(
        _ head: borrowing RequestHead, in bytes: Span<UInt8>, farm: Farm, peer: ClientPeer, now: Int64,
        isRehearsal: Bool = false
    ) {
        if let hashing = farm.hashing {
            readKey(head, in: bytes, hashing, farm, peer: peer, now: now, isRehearsal: isRehearsal)
        } else if let sessions = farm.sessions {
            readRoutes(head, in: bytes, sessions, farm)
        } else if let written = farm.written {
            readWritten(head, in: bytes, written)
        }
    }

    /// Reads what Martlet has written, whatever its age; ``Exchange/readWritten(_:_:source:farm:)`` does it for
    /// requests.
    private mutating func readWritten(
        _ head: borrowing RequestHead, in bytes: Span<UInt8>, _ written: WrittenAffinity
    ) {
        let name = Self.cookieName(written)
        guard !name.isEmpty else { return }
        var index = head.fields.index(of: .cookie)
        while let found = index {
            let field = head.fields[found].value
            let cookies = bytes.extracting(field)
            var reader = CookieReader()
            while let value = reader.next(named: name.span, in: cookies) {
                switch written {
                case .insert(let insert):
                    prefer(insert.cookie.read(value, in: cookies).member, value, from: field.lowerBound)
                case .prefix(let prefix):
                    guard let prefixed = PrefixedValue(value, in: cookies) else { continue }
                    let member = prefix.routes.member(for: cookies.extracting(prefixed.route))?.member
                    prefer(member, prefixed.route, from: field.lowerBound)
                case .sealed: break
                }
            }
            index = head.fields.index(of: .cookie, from: found + 1)
        }
    }

    /// The name of the cookie in which a route can be read; empty where it is sealed.
    private static func cookieName(_ written: WrittenAffinity) -> [UInt8] {
        switch written {
        case .insert(let insert): insert.cookie.name
        case .prefix(let prefix): prefix.cookie
        case .sealed: []
        }
    }

    private mutating func prefer(_ member: Int?, _ route: Range<Int>, from offset: Int) {
        source = RouteSource.cookie.name
        if writtenRoute == nil { writtenRoute = offset + route.lowerBound..<offset + route.upperBound }
        if let member { preferences.append(member) } else { preferences.hasUnknownRoute = true }
    }

    private mutating func readRoutes(
        _ head: borrowing RequestHead, in bytes: Span<UInt8>, _ sessions: SessionReader, _ farm: Farm
    ) {
        let candidates = Self.candidates(head, in: bytes, sessions)
        for position in 0..<candidates.count {
            if let member = candidates[position].member { preferences.append(member) }
        }
        preferences.hasUnknownRoute = candidates.unknown != nil
        guard let asked = candidates.count > 0 ? candidates[0] : candidates.unknown else { return }
        self.asked = asked
        source = asked.source.name
        guard farm.watch != nil else { return }
        let identifier = Self.place(of: asked, head, in: bytes).extracting(asked.session)
        session = SessionWatch.hash(identifier)
        if farm.ranksSessions, candidates.count > 0 { key = Hashing.hash(identifier) }
    }

    private mutating func readKey(
        _ head: borrowing RequestHead, in bytes: Span<UInt8>, _ hashing: Hashing, _ farm: Farm, peer: ClientPeer,
        now: Int64, isRehearsal: Bool
    ) {
        guard let sessions = hashing.sessions else {
            key = hashing.key(head, in: bytes, peer: peer)
            if key != nil { source = "key" }
            return
        }
        guard let found = Self.candidates(head, in: bytes, sessions).unknown else { return }
        let value = Self.place(of: found, head, in: bytes).extracting(found.route)
        key = Hashing.hash(value)
        source = "key"
        let session = SessionWatch.hash(value)
        self.session = session
        if let member = farm.learned?.member(of: session, now: now, isRehearsal: isRehearsal) {
            preferences = MemberPreferences(member)
            source = found.source.name
        }
    }

    private static func candidates(
        _ head: borrowing RequestHead, in bytes: Span<UInt8>, _ sessions: SessionReader
    ) -> RouteCandidates {
        var candidates = RouteCandidates()
        sessions.read(target: bytes.extracting(head.targetRange), into: &candidates)
        var index = head.fields.index(of: .cookie)
        while let found = index {
            sessions.read(cookies: bytes.extracting(head.fields[found].value), into: &candidates)
            index = head.fields.index(of: .cookie, from: found + 1)
        }
        return candidates
    }

    /// The bytes of a route.
    @_lifetime(copy bytes)
    static func route(
        _ candidate: RouteCandidate, _ head: borrowing RequestHead, in bytes: Span<UInt8>
    ) -> Span<UInt8> {
        place(of: candidate, head, in: bytes).extracting(candidate.route)
    }

    /// What a candidate's ranges point into.
    @_lifetime(copy bytes)
    private static func place(
        of candidate: RouteCandidate, _ head: borrowing RequestHead, in bytes: Span<UInt8>
    ) -> Span<UInt8> {
        guard candidate.source == .cookie else { return bytes.extracting(head.targetRange) }
        var index = head.fields.index(of: .cookie) ?? 0
        for _ in 0..<candidate.field { index = head.fields.index(of: .cookie, from: index + 1) ?? index }
        return bytes.extracting(head.fields[index].value)
    }
}
