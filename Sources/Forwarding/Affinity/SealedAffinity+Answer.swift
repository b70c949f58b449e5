import Bytes
import HTTP
import Model
import Reactor
import Session

/// What `mode: sealed` writes into answers.
extension SealedAffinity {
    /// Puts tokens in place of the routes that an answer shows.
    ///
    /// - Returns: field lines to add, each with its CR LF; `nil` when a route cannot be hidden.
    func write(
        _ head: borrowing ResponseHead, _ source: Span<UInt8>, from member: AnsweringMember, _ tie: Tie,
        _ edits: HeadEdits, _ action: inout AffinityAction
    ) -> [UInt8]? {
        let memory = tie.affinity.memory
        var isHidden = true
        var isSet = false
        let name = cookie
        head.eachSetCookie(in: source) { cookie, field in
            let value = source.extracting(field)
            guard !name.isEmpty, value.extracting(cookie.name).equals(name.span) else { return }
            isSet = true
            let now = Clock.wallSeconds()
            memory?.templates.remember(cookie, in: value, now: now)
            let range = field.lowerBound + cookie.value.lowerBound..<field.lowerBound + cookie.value.upperBound
            let isRemoval = cookie.isRemoval(in: value, now: now)
            isHidden = seal(range, source, from: member, memory, edits, &action, isRemoval: isRemoval) && isHidden
        }
        if !parameter.isEmpty {
            if let location = head.fields.first(.location) {
                isHidden = sealParameters(of: location.value, source, from: member, memory, edits, &action) && isHidden
            }
            if let index = head.fields.index(named: "content-location", in: source) {
                isHidden =
                    sealParameters(of: head.fields[index].value, source, from: member, memory, edits, &action)
                    && isHidden
            }
        }
        guard isHidden else { return nil }
        if isSet { return [] }
        let line = pendingField(from: member, tie, &action)
        // A cache would give the session to others.
        guard !line.isEmpty, head.mayBeStoredForOthers(in: source) else { return line }
        return line + Array("Cache-Control: private\r\n".utf8)
    }

    /// Seals the session in the parameters of a reference.
    private func sealParameters(
        of field: Range<Int>, _ source: Span<UInt8>, from member: AnsweringMember, _ memory: AffinityMemory?,
        _ edits: HeadEdits, _ action: inout AffinityAction
    ) -> Bool {
        let value = source.extracting(field)
        let end = value.firstOffset(of: UInt8(ascii: "#")) ?? value.count
        let reference = value.extracting(0..<end)
        var reader = TargetParameterReader(
            reference, isSemicolonDelimiter: configuration.semicolonPathDelimiter)
        let name = parameter
        var isHidden = true
        while let parameter = reader.next(named: name.span, in: reference) {
            let range = field.lowerBound + parameter.value.lowerBound..<field.lowerBound + parameter.value.upperBound
            isHidden = seal(range, source, from: member, memory, edits, &action, isRemoval: false) && isHidden
        }
        return isHidden
    }

    /// Puts a token behind the session's identifier, in place of the route if there is one.
    ///
    /// - Returns: `false` when a route is there and could not be replaced.
    private func seal(
        _ value: Range<Int>, _ source: Span<UInt8>, from member: AnsweringMember, _ memory: AffinityMemory?,
        _ edits: HeadEdits, _ action: inout AffinityAction, isRemoval: Bool
    ) -> Bool {
        switch reader.read(value, in: source, isClients: false) {
        case .route(let session, let route, let named):
            let identifier = identifiers[named]
            guard
                let token = token(for: source.extracting(session), member: identifier, named: identifier, memory)
            else { return false }
            action = .sealed
            return edits.replace(route, with: token.span)
        case .bare(let session):
            guard !session.isEmpty, !isRemoval,
                let token = token(
                    for: source.extracting(session), member: identifiers[member.index], named: 0, memory)
            else { return true }
            var tail = [configuration.separator]
            for offset in token.indices { tail.append(token[offset]) }
            action = .sealed
            return edits.replace(session.upperBound..<session.upperBound, with: tail.span)
        case .token:
            preconditionFailure("an application writes no tokens")
        case .huge:
            action = .tooLong
            return true
        }
    }

    private func token(
        for session: Span<UInt8>, member: UInt64, named: UInt64, _ memory: AffinityMemory?
    ) -> InlineArray<68, UInt8>? {
        let expiry = UInt64(max(0, Clock.wallSeconds())) + life
        return memory?.seal(SealedRoute(member: member, named: named, expiry: expiry), for: session)
    }

    /// The field that sets the session's cookie in the application's place, where that is due.
    ///
    /// A client is tied to nobody else than before by a member that ties nobody.
    private func pendingField(
        from member: AnsweringMember, _ tie: Tie, _ action: inout AffinityAction
    ) -> [UInt8] {
        let identifier: UInt64
        switch tie.affinity.pending {
        case .none: return []
        case .replacement:
            guard member.ties else { return [] }
            identifier = identifiers[member.index]
        case .renewal(let member): identifier = member
        }
        let session = tie.affinity.session
        guard
            let token = token(
                for: session.span, member: identifier, named: tie.affinity.named, tie.affinity.memory)
        else { return [] }
        if case .renewal = tie.affinity.pending { action = .renewed } else { action = .replaced }
        var line = Array("Set-Cookie: ".utf8) + cookie + [UInt8(ascii: "=")] + session
        line.append(configuration.separator)
        for offset in token.indices { line.append(token[offset]) }
        line += tie.affinity.attributes ?? configuration.attributes.text(isSecure: member.isSecure)
        return line + [0x0D, 0x0A]
    }
}
