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
        guard ruling.mapping != nil || head.method == .other else { return true }
        let authority = facts.approach.authority ?? head.authorityRange
        if let mapping = ruling.mapping {
            bench.stores.edits.edit { mapping.mapTarget(of: head, in: source, &$0) }
        }
        guard head.method != .other || mapDestination(head, source: source, authority: authority, peer: peer) else {
            return false
        }
        guard let mapping = ruling.mapping, mapping.mapsAnswers else { return true }
        ruling.notePublicAuthority(source.extracting(authority))
        return true
    }

    /// Makes a `Destination` lead to where the target does.
    ///
    /// - Returns: whether it may be passed on.
    private func mapDestination(
        _ head: borrowing RequestHead, source: Span<UInt8>, authority: Range<Int>, peer: ClientPeer
    ) -> Bool {
        guard let balancer else { return false }
        let (sites, place, isSecure) = (peer.entrance.sites, ruling.place, isPublicSecure)
        return bench.stores.edits.edit { edits in
            sites.mapDestination(
                of: head, in: source, authority: authority, isSecure: isSecure, to: balancer, at: place, &edits)
        }
    }

    /// Makes what an answer says of the member speak of the site, where the path wants it.
    func mapAnswer(_ head: borrowing ResponseHead, source: Span<UInt8>) {
        guard let mapping = ruling.mapping, mapping.mapsAnswers, let balancer else { return }
        let answers = AnswerMapping(
            mapping: mapping, members: balancer.memberLines, authority: ruling.publicAuthority,
            isSecure: isPublicSecure)
        bench.stores.edits.edit { answers.map(head, in: source, &$0) }
    }

    /// The host that the path declares for all members, where the request gets that.
    private var namedHost: NamedHost? {
        facts.usesMembersHost ? ruling.mapping?.host : nil
    }

    /// Bytes that the lines which speak of the member have at most beside those of its balancer.
    var addedMemberBytesMax: Int {
        ruling.memberLinesBytesMax + (namedHost?.line.count ?? 0)
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
        if ruling.memberLinesBytesMax > 0 {
            ruling.appendMemberLines(to: &lines, balancer.memberLines, member: choice.member)
        }
        return outbound.write(memberLines: lines.span)
    }

    /// Keeps what members of FastCGI and AJP are told of the request line.
    func keepLine(of head: borrowing RequestHead, source: Span<UInt8>) {
        facts.keepLine(of: head, source: source, isMapped: ruling.mapping?.target != nil)
    }

    /// The client with all that members of FastCGI and AJP are told of its connection.
    func completedPeer() -> ClientPeer? {
        if peer?.localEnd?.isWhole != true { client?.completePeer() }
        return peer
    }
}
