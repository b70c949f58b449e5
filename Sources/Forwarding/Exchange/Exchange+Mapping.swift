import Balancing
import Bytes
import HTTP
import Reactor

/// What is said to members of themselves, and what a site's path changes on the way.
extension Exchange {
    /// Changes the target as the site's path wants it, and remembers what the answer is mapped by.
    ///
    /// - Returns: whether it may go on: not when it is to copy or move something to where others answer.
    func mapRequest(_ head: borrowing RequestHead, source: Span<UInt8>, peer: ClientPeer) -> Bool {
        guard mapping != nil || head.method == .other else { return true }
        isPublicSecure = peer.isSecure
        var authority = head.authorityRange
        if peer.isTrusted {
            // The proxy says what its client has named.
            if let host = head.fields.index(of: .xForwardedHost) { authority = head.fields[host].value }
            if let scheme = head.fields.index(of: .xForwardedProto) {
                isPublicSecure = source.extracting(head.fields[scheme].value).equalsIgnoringCase("https")
            }
        }
        mapping?.mapTarget(of: head, in: source, &splices)
        let isHere =
            switch WebDAV.destination(of: head, in: source) {
            case .none: true
            case .one(let field):
                mapDestination(field, head, source: source, authority: source.extracting(authority))
            case .several: false
            }
        // Also those of a request that is refused have to be taken out.
        hasSplices = !splices.isEmpty
        guard isHere else { return false }
        guard let mapping, mapping.mapsAnswers else { return true }
        publicAuthority.removeAll(keepingCapacity: true)
        for offset in authority { publicAuthority.append(source[offset]) }
        return true
    }

    /// Makes the `Destination` of a WebDAV request lead to where its target does. Where answers are mapped, it names
    /// the member as that knows itself, since mod_dav refuses another scheme and a path alone; where each member gets
    /// its own host, it is a path alone, as which member it will be is not known yet.
    ///
    /// - Parameter authority: what the client has named the site by.
    /// - Returns: whether it may be passed on: not when it leads to another balancer or out of the mapping.
    private func mapDestination(
        _ field: Range<Int>, _ head: borrowing RequestHead, source: Span<UInt8>, authority: Span<UInt8>
    ) -> Bool {
        guard let farm else { return false }
        let host = source.extracting(head.hostRange)
        let isJudged = worker.edge.sites.hasSeveralPlaces(host)
        guard let destination = DestinationReference(source, in: field) else { return !isJudged }
        let path = destination.path
        guard !isJudged || worker.edge.sites.leads(source.extracting(path), of: host, to: farm.index, mapping) else {
            return false
        }
        guard let mapping, mapping.target != nil || mapping.mapsAnswers else { return true }
        if let named = destination.authority {
            let isOurs = source.extracting(named).withoutDefaultPort(isSecure: destination.isSecure)
                .equalsIgnoringCase(authority.withoutDefaultPort(isSecure: isPublicSecure))
            guard isOurs else { return mapping.target == nil }
            if mapping.mapsAnswers {
                var start: [UInt8] = []
                if !usesMembersHost {
                    start += Array("http://".utf8)
                    for offset in head.authorityRange { start.append(source[offset]) }
                }
                guard splices.replace(field.lowerBound..<path.lowerBound, with: start.span) else { return false }
            }
        }
        return mapping.mapPath(path, in: source, &splices)
    }

    /// Makes what an answer says of the member speak of the site, where the path wants it.
    func mapAnswer(_ head: borrowing ResponseHead, source: Span<UInt8>) {
        guard let mapping, mapping.mapsAnswers, let farm else { return }
        AnswerMapping(
            mapping: mapping, members: farm.memberLines, authority: publicAuthority, isSecure: isPublicSecure
        ).map(head, in: source, &splices)
        hasSplices = !splices.isEmpty
    }

    /// Remembers where the lines belong that speak of the member: behind the request line.
    ///
    /// - Returns: whether there is room for those of any member.
    func reserveMemberLines(in request: Buffer) -> Bool {
        memberLines = nil
        guard let farm else { return true }
        mayProbe = farm.memberLines.probes && !isRequestEnded && continuation == .none
        guard usesMembersHost || farm.memberLines.isNeeded || mayProbe else { return true }
        headBytes = request.count
        let start = request.withReadable { $0.firstOffset(of: UInt8(ascii: "\n")) ?? 0 } + 1
        memberLines = start..<start
        return request.room >= ChunkedWriter.overheadBytes + memberLinesGrowth
    }

    /// Bytes by which what the head says of its member may still grow, for another one.
    var memberLinesGrowth: Int {
        guard isReplayable, let memberLines, let farm else { return 0 }
        return max(0, farm.memberLines.bytesMax - memberLines.count)
    }

    /// Whether the request's head could say of a member what those of a new configuration are told.
    func hasRoom(for lines: MemberLines) -> Bool {
        guard let memberLines, let request else { return true }
        return request.room - ChunkedWriter.overheadBytes >= lines.bytesMax - memberLines.count
    }

    /// Writes what the head says of its member, in place of what it said of the one that was tried before.
    ///
    /// - Returns: whether it fits.
    func writeMemberLines(_ choice: Choice) -> Bool {
        guard let range = memberLines, let farm, let request else { return true }
        // An open chunk is found by its distance from the first byte.
        closeChunk(request)
        // Taken and not copied: what two variables share is copied by the first change.
        var lines: [UInt8] = []
        swap(&lines, &worker.scratch)
        lines.removeAll(keepingCapacity: true)
        defer { swap(&lines, &worker.scratch) }
        farm.memberLines.append(
            to: &lines, member: choice.member, asked: choice.asked, includingHost: usesMembersHost,
            probing: continuation == .probing)
        if farm.memberLines.buddyField != nil, let key {
            let now = Int64(worker.loop.nowMillis)
            let buddy = farm.balancer.buddy(of: choice.member, key: key, now: now)
            farm.memberLines.append(to: &lines, buddy: buddy)
        }
        guard request.replace(range, with: lines.span) else { return false }
        headBytes += lines.count - range.count
        memberLines = range.lowerBound..<range.lowerBound + lines.count
        return true
    }
}
