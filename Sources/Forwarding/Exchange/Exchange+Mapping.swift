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
        guard facts.ruling.place?.mapping != nil || head.method == .other else { return true }
        let authority = facts.approach.authority ?? head.authorityRange
        if let mapping = facts.ruling.place?.mapping {
            bench.stores.edits.edit { mapping.mapTarget(of: head, in: source, &$0) }
        }
        let isHere =
            switch WebDAV.destination(of: head, in: source) {
            case .none: true
            case .one(let field):
                mapDestination(field, head, source: source, authority: source.extracting(authority))
            case .several: false
            }
        guard isHere else { return false }
        guard let mapping = facts.ruling.place?.mapping, mapping.mapsAnswers else { return true }
        facts.ruling.notePublicAuthority(source.extracting(authority))
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
        guard let balancer, let peer else { return false }
        let host = source.extracting(head.hostRange)
        let isJudged = peer.entrance.sites.hasSeveralPlaces(host)
        guard let destination = DestinationReference(source, in: field) else { return !isJudged }
        let path = destination.path
        guard
            !isJudged
                || peer.entrance.sites.leads(path, of: head, in: source, to: balancer, facts.ruling.place)
        else { return false }
        guard let mapping = facts.ruling.place?.mapping, mapping.target != nil || mapping.mapsAnswers else {
            return true
        }
        if let named = destination.authority {
            let isOurs = source.extracting(named).withoutDefaultPort(isSecure: destination.isSecure)
                .equalsIgnoringCase(authority.withoutDefaultPort(isSecure: isPublicSecure))
            guard isOurs else { return mapping.target == nil }
            if mapping.mapsAnswers {
                var start: [UInt8] = []
                if let host = mapping.host {
                    start += Array("http://".utf8) + host.authority
                } else if !facts.usesMembersHost {
                    start += Array("http://".utf8)
                    for offset in head.authorityRange { start.append(source[offset]) }
                }
                guard bench.stores.edits.replace(field.lowerBound..<path.lowerBound, with: start.span) else {
                    return false
                }
            }
        }
        return bench.stores.edits.edit { mapping.mapPath(path, in: source, &$0) }
    }

    /// Makes what an answer says of the member speak of the site, where the path wants it.
    func mapAnswer(_ head: borrowing ResponseHead, source: Span<UInt8>) {
        guard let mapping = facts.ruling.place?.mapping, mapping.mapsAnswers, let balancer else { return }
        let answers = AnswerMapping(
            mapping: mapping, members: balancer.memberLines, authority: facts.ruling.publicAuthority,
            isSecure: isPublicSecure)
        bench.stores.edits.edit { answers.map(head, in: source, &$0) }
    }

    /// The host that the path declares for all members, where the request gets that.
    private var namedHost: NamedHost? {
        facts.usesMembersHost ? facts.ruling.place?.mapping?.host : nil
    }

    /// Bytes that the lines which speak of the member have at most beside those of its balancer.
    var addedMemberBytesMax: Int {
        facts.ruling.memberLinesBytesMax + (namedHost?.line.count ?? 0)
    }

    /// Writes what the head says of its member, in place of what it said of the one that was tried before.
    ///
    /// - Returns: whether it fits.
    func writeMemberLines(_ choice: Choice, of balancer: Balancer) -> Bool {
        guard outbound.namesMember else { return true }
        // Taken and not copied: what two variables share is copied by the first change.
        var lines: [UInt8] = []
        swap(&lines, &bench.stores.scratch)
        lines.removeAll(keepingCapacity: true)
        defer { swap(&lines, &bench.stores.scratch) }
        let host = namedHost
        if let host { lines += host.line }
        balancer.memberLines.append(
            to: &lines, member: choice.member, asked: choice.asked,
            includingHost: facts.usesMembersHost && host == nil, probing: outbound.continuation == .probing)
        if balancer.memberLines.tellsBuddy, let key = course.key {
            let now = Int64(bench.clock.nowMillis)
            let buddy = balancer.chooser.buddy(of: choice.member, key: key, now: now)
            balancer.memberLines.append(to: &lines, buddy: buddy)
        }
        if facts.ruling.memberLinesBytesMax > 0 {
            facts.ruling.appendMemberLines(to: &lines, balancer.memberLines, member: choice.member)
        }
        return outbound.write(memberLines: lines.span)
    }

    /// Keeps what members of FastCGI and AJP are told of the request line.
    func keepLine(of head: borrowing RequestHead, source: Span<UInt8>) {
        facts.keepLine(of: head, source: source, isMapped: facts.ruling.place?.mapping?.target != nil)
    }

    /// The client with all that members of FastCGI and AJP are told of its connection.
    func completedPeer() -> ClientPeer? {
        if peer?.localEnd?.isWhole != true { client?.completePeer() }
        return peer
    }
}
