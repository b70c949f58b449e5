import Balancing
import Bytes
import HTTP
import Session

/// What a request says about who is to answer it: the members that its session asks for, or the key that it is hashed
/// by.
struct SessionClaim {
    /// The first route that is asked for, of a member if one is.
    enum Asked {
        /// It was read.
        case candidate(RouteCandidate)
        /// It was read in what Martlet has written: a range of the head's bytes.
        case written(Range<Int>)
        /// It was read in a token that stands for a member's.
        case opened(member: Int)
    }

    /// The members whose routes are asked for, best first, or who is known to have the session.
    var preferences = MemberPreferences()
    /// The hash of what ties the request to a member where no route does, or by which its session is ranked.
    var key: UInt64?
    /// The keyed hash of its session, where sessions are told apart.
    var session: UInt64?
    /// Where that was found: `path`, `query` or `cookie`; `key` for what is hashed; empty for nothing.
    var source: StaticString = ""
    /// What is asked for; `nil`: nobody.
    var asked: Asked?
    /// Whether the session names its member by a former name.
    var hasFormerRoute = false

    /// Whether it has brought a session in which there is no member's route.
    var isRouteless = false

    /// Nothing is said.
    init() {}

    /// Reads a request to a balancer whose affinity is not written, or to one without.
    ///
    /// - Parameters:
    ///   - head: parsed.
    ///   - bytes: what it was parsed from.
    ///   - origin: whom the request is from, where the peer is a trusted proxy; 0: the peer.
    ///   - now: milliseconds of the event loops' clock.
    ///   - isRehearsal: whether nothing is to be remembered of it.
    init(
        _ head: borrowing RequestHead, in bytes: Span<UInt8>, balancer: Balancer, peer: ClientPeer,
        origin: UInt128, now: Int64, isRehearsal: Bool = false
    ) {
        if let hashing = balancer.hashing {
            readKey(head, in: bytes, hashing, balancer, peer: peer, origin: origin, now: now, isRehearsal: isRehearsal)
        } else if let sessions = balancer.sessions {
            readRoutes(head, in: bytes, sessions, balancer)
        }
    }

    private mutating func readRoutes(
        _ head: borrowing RequestHead, in bytes: Span<UInt8>, _ sessions: SessionReader, _ balancer: Balancer
    ) {
        let candidates = Self.candidates(head, in: bytes, sessions)
        for position in 0..<candidates.count {
            if let member = candidates[position].member { preferences.append(member) }
        }
        preferences.hasUnknownRoute = candidates.unknown != nil
        isRouteless = candidates.count == 0 && (candidates.hasRouteless || candidates.unknown != nil)
        guard let asked = candidates.count > 0 ? candidates[0] : candidates.unknown else { return }
        self.asked = .candidate(asked)
        source = asked.source.name
        hasFormerRoute = asked.isFormer
        guard balancer.watch != nil else { return }
        let identifier = Self.place(of: asked, head, in: bytes).extracting(asked.session)
        session = SessionWatch.hash(identifier)
        if balancer.ranksSessions, candidates.count > 0 { key = Hashing.hash(identifier) }
    }

    private mutating func readKey(
        _ head: borrowing RequestHead, in bytes: Span<UInt8>, _ hashing: Hashing, _ balancer: Balancer,
        peer: ClientPeer,
        origin: UInt128, now: Int64, isRehearsal: Bool
    ) {
        guard let sessions = hashing.sessions else {
            key = hashing.key(head, in: bytes, peer: peer, origin: origin)
            if key != nil { source = "key" }
            return
        }
        guard let found = Self.candidates(head, in: bytes, sessions).unknown else { return }
        let value = Self.place(of: found, head, in: bytes).extracting(found.route)
        key = Hashing.hash(value)
        source = "key"
        let session = SessionWatch.hash(value)
        self.session = session
        if let member = balancer.learned?.member(of: session, of: balancer, now: now, isRehearsal: isRehearsal) {
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

    /// Hands out the bytes of the route that is asked for, if one is.
    ///
    /// - Parameters:
    ///   - head: the one that was read.
    ///   - bytes: what it was parsed from.
    ///   - balancer: the one that it was read for.
    func withRoute(
        _ head: borrowing RequestHead, in bytes: Span<UInt8>, balancer: Balancer, _ body: (Span<UInt8>) -> Void
    ) {
        switch asked {
        case .candidate(let candidate): body(Self.place(of: candidate, head, in: bytes).extracting(candidate.route))
        case .written(let range): body(bytes.extracting(range))
        case .opened(let member): balancer.written?.withRoute(of: member, body)
        case nil: break
        }
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
