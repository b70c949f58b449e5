import Balancing
import Bytes
import HTTP
import Reactor
import Session

/// What Martlet has written into cookies, read from a request and taken out of it.
extension Exchange {
    /// Reads what the request has brought of its session, and says what members get in its place.
    func readWritten(_ written: WrittenAffinity, _ head: borrowing RequestHead, source: Span<UInt8>, farm: Farm) {
        switch written {
        case .insert(let insert):
            affinity.isUsed = true
            if written.remembers { affinity.memory = worker.memory(of: farm) }
            let now = insert.isLimited ? wallSeconds : 0
            eachCookie(insert.cookie.name, head, source) { value, removal, source in
                if !insert.configuration.isForwarded { splice(removal, with: Span()) }
                affinity.hasCookie = true
                readInserted(value, source, insert, now: now)
            }
        case .prefix(let prefix):
            eachCookie(prefix.cookie, head, source) { value, _, source in
                guard let prefixed = PrefixedValue(value, in: source) else { return }
                splice(prefixed.prefix, with: Span())
                let found = prefix.routes.member(for: source.extracting(prefixed.route))
                if found != nil { tellApart(prefixed.prefix.upperBound..<value.upperBound, source, farm) }
                prefer(found?.member, prefixed.route, source)
            }
        case .sealed(let sealed):
            affinity.isUsed = true
            affinity.memory = worker.memory(of: farm)
            readSealed(sealed, head, source, farm)
        }
        if preferences.count > 0 || preferences.hasUnknownRoute { record.routeSource = RouteSource.cookie.name }
    }

    /// Notes the session's identifier where sessions are counted or ranked; that of the first one that counts.
    private func tellApart(_ identifier: Range<Int>, _ source: Span<UInt8>, _ farm: Farm) {
        guard farm.watch != nil, session == nil else { return }
        session = SessionWatch.hash(source.extracting(identifier))
        if farm.ranksSessions { key = Hashing.hash(source.extracting(identifier)) }
    }

    /// Walks the cookies of a name, as many as are looked at.
    ///
    /// - Parameter body: gets where the value lies, what to take out so that the cookie is gone, and their source.
    private func eachCookie(
        _ name: [UInt8], _ head: borrowing RequestHead, _ source: Span<UInt8>,
        _ body: (Range<Int>, Range<Int>, Span<UInt8>) -> Void
    ) {
        guard !name.isEmpty else { return }
        var left = Session.Limits.rewrittenMax
        var index = head.fields.index(of: .cookie)
        while let found = index, left > 0 {
            let field = head.fields[found].value
            let cookies = source.extracting(field)
            var reader = CookieReader()
            var cut = CookieCut()
            while left > 0, let value = reader.next(named: name.span, in: cookies) {
                let removal = cut.range(for: reader.pair, in: cookies)
                body(value.shifted(by: field.lowerBound), removal.shifted(by: field.lowerBound), source)
                left -= 1
            }
            index = head.fields.index(of: .cookie, from: found + 1)
        }
    }

    /// Takes a member into the preferences, or that there is none with this route.
    private func prefer(_ member: Int?, _ route: Range<Int>, _ source: Span<UInt8>) {
        // Copied out and in: an access that spans a call would be checked for exclusivity at run time.
        var preferences = preferences
        if isNoted, preferences.count == 0, !preferences.hasUnknownRoute { noteRoute(source.extracting(route)) }
        if let member { preferences.append(member) } else { preferences.hasUnknownRoute = true }
        self.preferences = preferences
    }

    // MARK: - Inserted cookies

    private func readInserted(_ value: Range<Int>, _ source: Span<UInt8>, _ insert: InsertAffinity, now: Int) {
        let (member, isFormer, tail) = insert.cookie.read(value, in: source)
        if isFormer, preferences.count == 0 { hasFormerRoute = true }
        guard let member, insert.isLimited else { return prefer(member, value, source) }
        // A cookie from before there were limits counts from now on.
        let marks = tail.isEmpty ? InsertedMarks(issued: now, seen: now) : InsertedMarks(source.extracting(tail))
        guard let marks else { return prefer(nil, value, source) }
        let isFirst = preferences.count == 0
        switch marks.verdict(now: now, idle: insert.idle, life: insert.life) {
        case .over:
            preferences.fault = .cookieExpired
            return
        case .holds:
            if isFirst {
                affinity.marks = marks
                affinity.isDue = tail.isEmpty
            }
        case .due(let renewed):
            if isFirst {
                affinity.marks = renewed
                affinity.isDue = true
            }
        }
        prefer(member, value, source)
    }

    // MARK: - Sealed routes

    private func readSealed(
        _ sealed: SealedAffinity, _ head: borrowing RequestHead, _ source: Span<UInt8>, _ farm: Farm
    ) {
        let now = UInt64(max(0, wallSeconds))
        if !sealed.parameter.isEmpty {
            let target = source.extracting(head.targetRange)
            var reader = TargetParameterReader(
                target, isSemicolonDelimiter: sealed.configuration.semicolonPathDelimiter)
            var left = Session.Limits.rewrittenMax
            let name = sealed.parameter
            while left > 0, let parameter = reader.next(named: name.span, in: target) {
                _ = readSealed(
                    parameter.value.shifted(by: head.targetRange.lowerBound), source, sealed, farm, now: now)
                left -= 1
            }
        }
        var hasToken = false
        eachCookie(sealed.cookie, head, source) { value, _, source in
            affinity.hasCookie = true
            guard let found = readSealed(value, source, sealed, farm, now: now), !hasToken, !found.session.isEmpty
            else {
                return
            }
            switch found.pending {
            case .replacement where affinity.session.isEmpty: pend(found, source)
            case .replacement: break
            case .none, .renewal:
                hasToken = true
                pend(found, source)
            }
        }
        if case .none = affinity.pending { return }
        affinity.attributes = affinity.memory?.templates.text(for: source.extracting(head.pathRange))
    }

    /// What was found in a value of the session, and whether it has to be set anew.
    private struct Found {
        let session: Range<Int>
        let pending: AffinityState.Pending
        var named: UInt64 = 0
    }

    private func pend(_ found: Found, _ source: Span<UInt8>) {
        affinity.pending = found.pending
        affinity.named = found.named
        affinity.session.removeAll(keepingCapacity: true)
        if case .none = found.pending { return }
        for offset in found.session { affinity.session.append(source[offset]) }
    }

    /// Reads a value of the session and puts the application's form in its place: what a token stands for, or the
    /// identifier alone where there is none that counts.
    ///
    /// - Returns: `nil` where it is none of ours.
    private func readSealed(
        _ value: Range<Int>, _ source: Span<UInt8>, _ sealed: SealedAffinity, _ farm: Farm, now: UInt64
    ) -> Found? {
        switch sealed.reader.read(value, in: source, isClients: true) {
        case .bare, .foreign, .huge:
            return nil
        case .route(let session, let route, _):
            // A client may say what it likes: a route counts when it is sealed.
            splice(session.upperBound..<route.upperBound, with: Span())
            preferences.fault = .tokenInvalid
            return Found(session: session, pending: .replacement)
        case .token(let session, let token):
            let place = session.upperBound..<token.upperBound
            guard let route = affinity.memory?.open(source.extracting(token), for: source.extracting(session)) else {
                splice(place, with: Span())
                preferences.fault = .tokenInvalid
                return Found(session: session, pending: .replacement)
            }
            if route.named != 0, let named = sealed.member(route.named) {
                let tail = sealed.routes[named]
                splice(place, with: tail.span)
            } else {
                splice(place, with: Span())
            }
            let found = judge(route, session, sealed, now: now)
            if preferences.count > 0 { tellApart(session, source, farm) }
            return found
        }
    }

    /// Decides whether an opened token counts.
    private func judge(
        _ route: SealedRoute, _ session: Range<Int>, _ sealed: SealedAffinity, now: UInt64
    ) -> Found {
        let named = sealed.member(route.named) == nil ? 0 : route.named
        guard now < route.expiry else {
            preferences.fault = .tokenExpired
            return Found(session: session, pending: .replacement, named: named)
        }
        guard let member = sealed.member(route.member) else {
            preferences.hasUnknownRoute = true
            return Found(session: session, pending: .replacement, named: named)
        }
        var preferences = preferences
        if preferences.count == 0, isNoted {
            let tail = sealed.routes[member]
            noteRoute(tail.span.extracting(1..<tail.count))
        }
        preferences.append(member)
        self.preferences = preferences
        let left = route.expiry - now
        let isDue = left < sealed.life / 2 || left > sealed.life
        return Found(session: session, pending: isDue ? .renewal(member: route.member) : .none, named: named)
    }

    /// Seconds since 1970.
    var wallSeconds: Int { Clock.wallNanoseconds() / 1_000_000_000 }
}

extension Range<Int> {
    /// The range as it lies in what this one is a part of.
    fileprivate func shifted(by offset: Int) -> Range<Int> {
        lowerBound + offset..<upperBound + offset
    }
}
