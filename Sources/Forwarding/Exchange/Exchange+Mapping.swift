import Balancing
import Bytes
import HTTP
import Reactor

/// What is said to members of themselves, and what a site's path changes on the way.
extension Exchange {
    /// Whether the member gets its own host and not the one that the client named.
    var usesMembersHost: Bool { mapping?.preservesHost == false }

    /// Changes the target as the site's path wants it, and remembers what the answer is mapped by.
    func mapRequest(_ head: borrowing RequestHead, source: Span<UInt8>, peer: ClientPeer) {
        guard let mapping else { return }
        mapping.mapTarget(of: head, in: source, &splices)
        hasSplices = !splices.isEmpty
        guard mapping.mapsAnswers else { return }
        // A trusted proxy says what its client has named.
        let host = peer.isTrusted ? head.fields.index(of: .xForwardedHost) : nil
        let authority = source.extracting(host.map { head.fields[$0].value } ?? head.authorityRange)
        publicAuthority.removeAll(keepingCapacity: true)
        for offset in authority.indices { publicAuthority.append(authority[offset]) }
        isPublicSecure = peer.isSecure
        if peer.isTrusted, let scheme = head.fields.index(of: .xForwardedProto) {
            isPublicSecure = source.extracting(head.fields[scheme].value).equalsIgnoringCase("https")
        }
    }

    /// Makes what an answer says of the member speak of the site, where the path wants it.
    func mapAnswer(_ head: borrowing ResponseHead, source: Span<UInt8>) {
        guard let mapping, mapping.mapsAnswers, let farm, !publicAuthority.isEmpty else { return }
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
