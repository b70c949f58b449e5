import Balancing
import Bytes
import HTTP
import Model
import Reactor
import Session

/// What Martlet has written into a request's cookies and parameters, and what members get in its place.
extension SessionClaim {
    /// Puts other bytes in the place of a range of the head; by none, the range is taken out.
    typealias Replacement = (Range<Int>, Span<UInt8>) -> Void

    /// Reads a request to a balancer whose affinity is written.
    ///
    /// - Parameters:
    ///   - written: the balancer's.
    ///   - head: parsed.
    ///   - bytes: what it was parsed from.
    ///   - state: empty; of the session from then on.
    ///   - memory: opens what is sealed; `nil` where nothing is.
    ///   - replace: is told what members get.
    init(
        _ written: WrittenAffinity, _ head: borrowing RequestHead, in bytes: Span<UInt8>, balancer: Balancer,
        memory: AffinityMemory?, into state: inout AffinityState, replace: Replacement
    ) {
        self.init()
        switch written {
        case .insert(let insert):
            state.isUsed = true
            state.memory = memory
            let now = insert.isLimited ? Clock.wallSeconds() : 0
            let isForwarded = insert.configuration.isForwarded
            Self.eachCookie(insert.cookie.name, head, bytes, isCut: !isForwarded) { value, removal in
                if !isForwarded { replace(removal, Span()) }
                state.hasCookie = true
                readInserted(value, bytes, insert, balancer, now: now, &state)
            }
            guard !insert.followed.isEmpty else { break }
            Self.eachCookie(insert.followed, head, bytes) { value, _ in
                if !value.isEmpty { tellApart(value, bytes, balancer) }
            }
            // Whoever is not tied yet is elected a member, not ranked one.
            if preferences.count == 0 { key = nil }
        case .prefix(let prefix):
            Self.eachCookie(prefix.cookie, head, bytes) { value, _ in
                guard let prefixed = PrefixedValue(value, in: bytes) else { return }
                let found = prefix.routes.member(for: bytes.extracting(prefixed.route))
                // The tilde of an application's own value.
                guard found != nil || prefixed.isName(in: bytes) else { return }
                replace(prefixed.prefix, Span())
                if found != nil { tellApart(prefixed.prefix.upperBound..<value.upperBound, bytes, balancer) }
                let member = found.flatMap { balancer.ties[$0.member] ? $0.member : nil }
                prefer(member, .written(prefixed.route), from: .cookie)
            }
        case .sealed(let sealed):
            state.isUsed = true
            state.memory = memory
            readSealed(sealed, head, bytes, balancer, &state, replace: replace)
        }
    }

    /// Notes the session's identifier where sessions are counted or ranked; that of the first one that counts.
    private mutating func tellApart(_ identifier: Range<Int>, _ bytes: Span<UInt8>, _ balancer: Balancer) {
        guard balancer.watch != nil, session == nil else { return }
        session = SessionWatch.hash(bytes.extracting(identifier))
        if balancer.ranksSessions { key = Hashing.hash(bytes.extracting(identifier)) }
    }

    /// Takes a member into the preferences, or that there is none with this route.
    private mutating func prefer(_ member: Int?, _ route: Asked, from place: RouteSource) {
        if preferences.count == 0, !preferences.hasUnknownRoute {
            asked = route
            source = place.name
        }
        if let member { preferences.append(member) } else { preferences.hasUnknownRoute = true }
    }

    /// Walks the cookies of a name, as many as are looked at.
    ///
    /// - Parameters:
    ///   - isCut: whether they are to be taken out.
    ///   - body: gets where the value lies, and what to take out so that the cookie is gone; empty where it is not.
    private static func eachCookie(
        _ name: [UInt8], _ head: borrowing RequestHead, _ bytes: Span<UInt8>, isCut: Bool = false,
        _ body: (Range<Int>, Range<Int>) -> Void
    ) {
        guard !name.isEmpty else { return }
        var left = Session.Limits.rewrittenMax
        var index = head.fields.index(of: .cookie)
        while let found = index, left > 0 {
            let field = head.fields[found].value
            let cookies = bytes.extracting(field)
            var reader = CookieReader()
            var cut = CookieCut()
            while left > 0, let value = reader.next(named: name.span, in: cookies) {
                let removal = isCut ? cut.range(for: reader.pair, in: cookies) : 0..<0
                body(value.shifted(by: field.lowerBound), removal.shifted(by: field.lowerBound))
                left -= 1
            }
            index = head.fields.index(of: .cookie, from: found + 1)
        }
    }

    // MARK: - Inserted cookies

    private mutating func readInserted(
        _ value: Range<Int>, _ bytes: Span<UInt8>, _ insert: InsertAffinity, _ balancer: Balancer, now: Int,
        _ state: inout AffinityState
    ) {
        let (named, isFormer, tail) = insert.cookie.read(value, in: bytes)
        // Who was tied before the member became a standby is tied no more.
        let member = named.flatMap { balancer.ties[$0] ? $0 : nil }
        let isFirst = preferences.count == 0
        if isFormer, isFirst, member != nil { hasFormerRoute = true }
        guard let member, insert.isLimited else { return prefer(member, .written(value), from: .cookie) }
        // A cookie from before there were limits counts from now on.
        let marks = tail.isEmpty ? InsertedMarks(issued: now, seen: now) : InsertedMarks(bytes.extracting(tail))
        guard let marks else { return prefer(nil, .written(value), from: .cookie) }
        switch marks.verdict(now: now, idle: insert.idle, life: insert.life) {
        case .over:
            preferences.fault = .cookieExpired
            return
        case .holds:
            if isFirst {
                state.marks = marks
                state.isDue = tail.isEmpty
            }
        case .due(let renewed):
            if isFirst {
                state.marks = renewed
                state.isDue = true
            }
        }
        prefer(member, .written(value), from: .cookie)
    }

    // MARK: - Sealed routes

    /// What was found in a value of the session, and whether it has to be set anew.
    private struct Found {
        let session: Range<Int>
        let pending: AffinityState.Pending
        var named: UInt64 = 0
    }

    private mutating func readSealed(
        _ sealed: SealedAffinity, _ head: borrowing RequestHead, _ bytes: Span<UInt8>, _ balancer: Balancer,
        _ state: inout AffinityState, replace: Replacement
    ) {
        let now = UInt64(max(0, Clock.wallSeconds()))
        let memory = state.memory
        if !sealed.parameter.isEmpty {
            let target = bytes.extracting(head.targetRange)
            var reader = TargetParameterReader(
                target, isSemicolonDelimiter: sealed.configuration.semicolonPathDelimiter)
            var left = Session.Limits.rewrittenMax
            let name = sealed.parameter
            while left > 0, let parameter = reader.next(named: name.span, in: target) {
                let value = parameter.value.shifted(by: head.targetRange.lowerBound)
                _ = readSealed(value, parameter.source, bytes, sealed, balancer, memory, now: now, replace: replace)
                left -= 1
            }
        }
        var hasToken = false
        Self.eachCookie(sealed.cookie, head, bytes) { value, _ in
            state.hasCookie = true
            guard
                let found = readSealed(value, .cookie, bytes, sealed, balancer, memory, now: now, replace: replace),
                !hasToken, !found.session.isEmpty
            else { return }
            switch found.pending {
            case .replacement where state.session.isEmpty: state.pend(found.pending, found.session, found.named, bytes)
            case .replacement: break
            case .none, .renewal:
                hasToken = true
                state.pend(found.pending, found.session, found.named, bytes)
            }
        }
        if case .none = state.pending { return }
        state.attributes = memory?.templates.text(for: bytes.extracting(head.pathRange))
    }

    /// Reads a value of the session and puts the application's form in its place: what a token stands for, or the
    /// identifier alone where there is none that counts.
    ///
    /// - Returns: `nil` where it is none of ours.
    private mutating func readSealed(
        _ value: Range<Int>, _ place: RouteSource, _ bytes: Span<UInt8>, _ sealed: SealedAffinity, _ balancer: Balancer,
        _ memory: AffinityMemory?, now: UInt64, replace: Replacement
    ) -> Found? {
        switch sealed.reader.read(value, in: bytes, isClients: true) {
        case .bare, .huge:
            return nil
        case .route(let session, let route, _):
            // A client may say what it likes: a route counts when it is sealed.
            replace(session.upperBound..<route.upperBound, Span())
            preferences.fault = .tokenInvalid
            return Found(session: session, pending: .replacement)
        case .token(let session, let token):
            let tokenPlace = session.upperBound..<token.upperBound
            guard let route = memory?.open(bytes.extracting(token), for: bytes.extracting(session)) else {
                replace(tokenPlace, Span())
                preferences.fault = .tokenInvalid
                return Found(session: session, pending: .replacement)
            }
            if route.named != 0, let named = sealed.member(route.named) {
                let tail = sealed.routes[named]
                replace(tokenPlace, tail.span)
            } else {
                replace(tokenPlace, Span())
            }
            let found = judge(route, session, place, sealed, balancer, now: now)
            if preferences.count > 0 { tellApart(session, bytes, balancer) }
            return found
        }
    }

    /// Decides whether an opened token counts.
    private mutating func judge(
        _ route: SealedRoute, _ session: Range<Int>, _ place: RouteSource, _ sealed: SealedAffinity,
        _ balancer: Balancer,
        now: UInt64
    ) -> Found {
        let named = sealed.member(route.named) == nil ? 0 : route.named
        guard now < route.expiry else {
            preferences.fault = .tokenExpired
            return Found(session: session, pending: .replacement, named: named)
        }
        guard let member = sealed.member(route.member), balancer.ties[member] else {
            if preferences.count == 0 { source = place.name }
            preferences.hasUnknownRoute = true
            return Found(session: session, pending: .replacement, named: named)
        }
        if preferences.count == 0 {
            asked = .sealed(member: member)
            source = place.name
        }
        preferences.append(member)
        let left = route.expiry - now
        let isDue = left < sealed.life / 2 || left > sealed.life
        return Found(session: session, pending: isDue ? .renewal(member: route.member) : .none, named: named)
    }
}

extension AffinityState {
    /// Takes what is to be set, and of which session.
    fileprivate mutating func pend(_ pending: Pending, _ session: Range<Int>, _ named: UInt64, _ bytes: Span<UInt8>) {
        self.pending = pending
        self.named = named
        self.session = []
        if case .none = pending { return }
        for offset in session { self.session.append(bytes[offset]) }
    }
}

extension Range<Int> {
    /// The range as it lies in what this one is a part of.
    fileprivate func shifted(by offset: Int) -> Range<Int> {
        lowerBound + offset..<upperBound + offset
    }
}
