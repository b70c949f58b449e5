import Balancing
import Bytes
import HTTP
import Model
import Reactor
import Session

/// What Martlet writes into cookies and locations on an answer's way to the client.
extension Exchange {
    /// Says what is replaced in an answer's head so that the session finds back to its member.
    ///
    /// - Returns: field lines to add, each with its CR LF; `nil` when a route cannot be hidden.
    func writeAffinity(_ head: borrowing ResponseHead, source: Span<UInt8>) -> [UInt8]? {
        guard let balancer, let written = balancer.written, let member = record.memberIndex, let peer else { return [] }
        let ties = balancer.ties[member]
        switch written {
        case .insert(let insert):
            return writeInserted(insert, member: member, ties: ties, isSecure: peer.isSecure, head, source)
        case .prefix(let prefix):
            guard ties else { return [] }
            let (name, text) = (prefix.cookie, prefix.prefixes[member])
            eachSetCookie(head, source) { cookie, field in
                guard source.extracting(field).extracting(cookie.name).equals(name.span),
                    !cookie.isRemoval(in: source.extracting(field), now: Clock.wallSeconds())
                else { return }
                let start = field.lowerBound + cookie.value.lowerBound
                bench.stores.edits.replace(start..<start, with: text.span)
                record.affinity = .prefixed
            }
            return []
        case .sealed(let sealed):
            return writeSealed(sealed, member: member, ties: ties, isSecure: peer.isSecure, head, source)
        }
    }

    /// Walks the Set-Cookie fields.
    ///
    /// - Parameter body: gets the cookie, and where the field's value lies, in which the cookie's ranges count.
    private func eachSetCookie(
        _ head: borrowing ResponseHead, _ source: Span<UInt8>, _ body: (SetCookie, Range<Int>) -> Void
    ) {
        var index = head.fields.index(of: .setCookie)
        while let found = index {
            let field = head.fields[found].value
            if let cookie = SetCookie(source.extracting(field)) { body(cookie, field) }
            index = head.fields.index(of: .setCookie, from: found + 1)
        }
    }

    // MARK: - Inserted cookies

    private func writeInserted(
        _ insert: InsertAffinity, member: Int, ties: Bool, isSecure: Bool, _ head: borrowing ResponseHead,
        _ source: Span<UInt8>
    ) -> [UInt8] {
        let preferences = course.preferences
        let isHome = preferences.count > 0 && preferences[0] == member
        var isNeeded = !isHome || tie.affinity.isDue || tie.hasFormerRoute
        var isApplications = false
        var isRemoved = false
        if isNeeded || !insert.followed.isEmpty {
            let (own, followed) = (insert.cookie.name, insert.followed)
            eachSetCookie(head, source) { cookie, field in
                let value = source.extracting(field)
                let name = value.extracting(cookie.name)
                if name.equals(own.span) { isApplications = true }
                guard !followed.isEmpty, name.equals(followed.span) else { return }
                isRemoved = cookie.isRemoval(in: value, now: Clock.wallSeconds())
                isNeeded = true
                if !isRemoved { follow(value.extracting(cookie.attributes)) }
            }
        }
        guard isNeeded, !isApplications else { return [] }
        let followed = tie.affinity.memory?.followed ?? []
        if isRemoved {
            guard tie.affinity.hasCookie else { return [] }
            record.affinity = .removed
            return insert.removal(isSecure: isSecure, following: followed)
        }
        guard ties else { return [] }
        var marks: InsertedMarks?
        if insert.isLimited {
            let now = Clock.wallSeconds()
            marks = isHome ? tie.affinity.marks : InsertedMarks(issued: now, seen: now)
        }
        record.affinity = isHome ? .renewed : .inserted
        return insert.lines(member: member, marks: marks, isSecure: isSecure, following: followed)
    }

    /// Remembers the attributes of the cookie that is followed.
    private func follow(_ attributes: Span<UInt8>) {
        guard let memory = tie.affinity.memory, attributes.count <= Session.Limits.templateBytesMax else { return }
        var field = Array("x=x".utf8)
        for offset in attributes.indices { field.append(attributes[offset]) }
        memory.followed = field
    }

    // MARK: - Sealed routes

    private func writeSealed(
        _ sealed: SealedAffinity, member: Int, ties: Bool, isSecure: Bool, _ head: borrowing ResponseHead,
        _ source: Span<UInt8>
    ) -> [UInt8]? {
        var isHidden = true
        var isSet = false
        let name = sealed.cookie
        eachSetCookie(head, source) { cookie, field in
            let value = source.extracting(field)
            guard !name.isEmpty, value.extracting(cookie.name).equals(name.span) else { return }
            isSet = true
            let now = Clock.wallSeconds()
            tie.affinity.memory?.templates.remember(cookie, in: value, now: now)
            let range = field.lowerBound + cookie.value.lowerBound..<field.lowerBound + cookie.value.upperBound
            let isRemoval = cookie.isRemoval(in: value, now: now)
            isHidden = seal(range, source, sealed, member: member, isRemoval: isRemoval) && isHidden
        }
        if !sealed.parameter.isEmpty {
            if let location = head.fields.first(.location) {
                isHidden = sealParameters(of: location.value, source, sealed, member: member) && isHidden
            }
            if let index = head.fields.index(named: "content-location", in: source) {
                isHidden = sealParameters(of: head.fields[index].value, source, sealed, member: member) && isHidden
            }
        }
        guard isHidden else { return nil }
        if isSet { return [] }
        let line = pendingField(sealed, member: ties ? member : nil, isSecure: isSecure)
        // A cache would give the session to others.
        guard !line.isEmpty, head.mayBeStoredForOthers(in: source) else { return line }
        return line + Array("Cache-Control: private\r\n".utf8)
    }

    /// Seals the session in the parameters of a reference.
    private func sealParameters(
        of field: Range<Int>, _ source: Span<UInt8>, _ sealed: SealedAffinity, member: Int
    ) -> Bool {
        let value = source.extracting(field)
        let end = value.firstOffset(of: UInt8(ascii: "#")) ?? value.count
        let reference = value.extracting(0..<end)
        var reader = TargetParameterReader(
            reference, isSemicolonDelimiter: sealed.configuration.semicolonPathDelimiter)
        let name = sealed.parameter
        var isHidden = true
        while let parameter = reader.next(named: name.span, in: reference) {
            let range = field.lowerBound + parameter.value.lowerBound..<field.lowerBound + parameter.value.upperBound
            isHidden = seal(range, source, sealed, member: member, isRemoval: false) && isHidden
        }
        return isHidden
    }

    /// Puts a token behind the session's identifier, in place of the route if there is one.
    ///
    /// - Returns: `false` when a route is there and could not be replaced.
    private func seal(
        _ value: Range<Int>, _ source: Span<UInt8>, _ sealed: SealedAffinity, member: Int, isRemoval: Bool
    ) -> Bool {
        switch sealed.reader.read(value, in: source, isClients: false) {
        case .route(let session, let route, let named):
            let identifier = sealed.identifiers[named]
            guard
                let token = token(for: source.extracting(session), member: identifier, named: identifier, sealed)
            else { return false }
            record.affinity = .sealed
            return bench.stores.edits.replace(route, with: token.span)
        case .bare(let session):
            guard !session.isEmpty, !isRemoval,
                let token = token(
                    for: source.extracting(session), member: sealed.identifiers[member], named: 0, sealed)
            else { return true }
            var tail = [sealed.configuration.separator]
            for offset in token.indices { tail.append(token[offset]) }
            record.affinity = .sealed
            return bench.stores.edits.replace(session.upperBound..<session.upperBound, with: tail.span)
        case .token:
            preconditionFailure("an application writes no tokens")
        case .huge:
            record.affinity = .tooLong
            return true
        }
    }

    private func token(
        for session: Span<UInt8>, member: UInt64, named: UInt64, _ sealed: SealedAffinity
    ) -> InlineArray<68, UInt8>? {
        let expiry = UInt64(max(0, Clock.wallSeconds())) + sealed.life
        return tie.affinity.memory?.seal(SealedRoute(member: member, named: named, expiry: expiry), for: session)
    }

    /// The field that sets the session's cookie in the application's place, where that is due.
    ///
    /// - Parameter member: whom the client may be tied to; `nil`: to nobody else than before.
    private func pendingField(_ sealed: SealedAffinity, member: Int?, isSecure: Bool) -> [UInt8] {
        let identifier: UInt64
        switch tie.affinity.pending {
        case .none: return []
        case .replacement:
            guard let member else { return [] }
            identifier = sealed.identifiers[member]
        case .renewal(let member): identifier = member
        }
        let session = tie.affinity.session
        guard let token = token(for: session.span, member: identifier, named: tie.affinity.named, sealed) else {
            return []
        }
        if case .renewal = tie.affinity.pending { record.affinity = .renewed } else { record.affinity = .replaced }
        var line = Array("Set-Cookie: ".utf8) + sealed.cookie + [UInt8(ascii: "=")] + session
        line.append(sealed.configuration.separator)
        for offset in token.indices { line.append(token[offset]) }
        line += tie.affinity.attributes ?? sealed.configuration.attributes.text(isSecure: isSecure)
        return line + [0x0D, 0x0A]
    }
}
