import Balancing
import Bytes
import HTTP
import Session

/// What a request says about who is to answer it: the members that its session asks for, or the key that it is hashed
/// by.
struct SessionClaim {
    /// The members whose routes are asked for, best first.
    private(set) var preferences = MemberPreferences()
    /// The hash of what ties the request to a member where no route does.
    private(set) var key: UInt64?
    /// Where that was found: `path`, `query` or `cookie` for a route, `key` for what is hashed; empty for nothing.
    private(set) var source: StaticString = ""
    /// The first route that is asked for, of a member if one is.
    private(set) var asked: RouteCandidate?

    /// Reads a request.
    ///
    /// - Parameters:
    ///   - head: parsed.
    ///   - bytes: what it was parsed from.
    init(_ head: borrowing RequestHead, in bytes: Span<UInt8>, farm: Farm, peer: ClientPeer) {
        if let hashing = farm.hashing {
            readKey(head, in: bytes, hashing: hashing, peer: peer)
        } else if let sessions = farm.sessions {
            readRoutes(head, in: bytes, sessions: sessions)
        }
    }

    private mutating func readRoutes(_ head: borrowing RequestHead, in bytes: Span<UInt8>, sessions: SessionReader) {
        let candidates = Self.candidates(head, in: bytes, sessions)
        for position in 0..<candidates.count {
            if let member = candidates[position].member { preferences.append(member) }
        }
        preferences.hasUnknownRoute = candidates.unknown != nil
        asked = candidates.count > 0 ? candidates[0] : candidates.unknown
        if let asked { source = asked.source.name }
    }

    private mutating func readKey(
        _ head: borrowing RequestHead, in bytes: Span<UInt8>, hashing: Hashing, peer: ClientPeer
    ) {
        if let sessions = hashing.sessions {
            let found = Self.candidates(head, in: bytes, sessions).unknown
            key = found.map { Hashing.hash(Self.route($0, head, in: bytes)) }
        } else {
            key = hashing.key(head, in: bytes, peer: peer)
        }
        if key != nil { source = "key" }
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
        guard candidate.source == .cookie else {
            return bytes.extracting(head.targetRange).extracting(candidate.route)
        }
        var index = head.fields.index(of: .cookie) ?? 0
        for _ in 0..<candidate.field { index = head.fields.index(of: .cookie, from: index + 1) ?? index }
        return bytes.extracting(head.fields[index].value).extracting(candidate.route)
    }
}
