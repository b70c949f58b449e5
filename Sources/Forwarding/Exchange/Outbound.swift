import Bytes
import HTTP

/// A request on its way to its member: the rebuilt head, with the content behind it in one slab until the answer
/// begins, so that they can be sent again. Pooled with its exchange.
final class Outbound {
    /// Whose turn it is while a request's content has not begun (RFC 9110, section 10.1.1).
    enum Continuation {
        /// Nobody waits for 100 Continue.
        case none
        /// The client does: the member is to answer its head, or the client loses patience.
        case clientAsks
        /// The edge does: content is kept back, so that another member can be given the request (`ping`).
        case probing
        /// The member has answered the edge without: it gets no content.
        case declined
    }

    /// What takes the request to the member.
    var upstream: (any UpstreamStream)?
    /// The rebuilt head and the content behind it.
    private(set) var slab: Buffer?
    /// Frames the content; `nil`: its length is told, or there is none.
    private var chunks: ChunkedWriter?
    /// Inflates the content, where that is asked for.
    var inflation: Inflation?
    /// Bytes of ``slab`` that the current connection has taken.
    var sentCount = 0
    /// Bytes that members had been sent before this one.
    var sentToOthers = 0
    /// Milliseconds that the member declares for its answer; `nil`: as `timeouts` says.
    var memberMillis: Int?
    /// Whether ``slab`` still holds everything from the first byte on.
    private(set) var isReplayable = true
    var continuation = Continuation.none
    /// Whether members that declare `ping` are probed before they get the content.
    private(set) var mayProbe = false
    /// Bytes of the head.
    private var headBytes = 0
    /// Where the lines lie that speak of the member; `nil` where there are none.
    private var memberLines: MemberLinesPlace?
    /// What gathers the content before a member is asked; `nil`: it is sent as it comes.
    var gathering: RequestGathering?
    /// Whether the client has sent its whole request, or ended its direction of a tunnel.
    var isEnded = false
    /// Whether the client had content that there was no room for.
    var isClientPaused = false

    /// Lines of the head that speak of the member.
    private struct MemberLinesPlace {
        /// Where they lie.
        var range: Range<Int>
        /// Bytes that those of any member have at most.
        var bytesMax: Int
    }

    /// Whether the member has been sent the whole request.
    var isSent: Bool {
        guard isEnded, (slab?.count ?? 0) == sentCount else { return false }
        guard let gathering else { return true }
        return gathering.spool.isEmpty
    }

    /// The end of what the member may be sent now.
    var sendableCount: Int {
        switch continuation {
        case .probing: headBytes
        case .declined: 0
        case .none, .clientAsks: slab?.count ?? 0
        }
    }

    // MARK: - The head

    /// Takes the slab that the head was written to, and remembers where the lines belong that speak of the member:
    /// behind the request line.
    ///
    /// - Parameters:
    ///   - lines: what the balancer says to members of themselves.
    ///   - ruled: bytes of what rules say of the member beside that, at most.
    ///   - includingHost: whether the member gets its own host.
    /// - Returns: whether there is room for those of any member.
    func begin(_ slab: Buffer, lines: MemberLines, ruled: Int, includingHost: Bool) -> Bool {
        self.slab = slab
        headBytes = slab.count
        memberLines = nil
        mayProbe = lines.probes && !isEnded && continuation == .none
        guard !isChunked || slab.room >= ChunkedWriter.overheadBytes else { return false }
        guard includingHost || lines.isNeeded || mayProbe || ruled > 0 else { return true }
        let start = slab.withReadable { $0.firstOffset(of: UInt8(ascii: "\n")) ?? 0 } + 1
        memberLines = MemberLinesPlace(range: start..<start, bytesMax: lines.bytesMax + ruled)
        return slab.room >= ChunkedWriter.overheadBytes + linesGrowth
    }

    /// Lets go of a slab that is too small.
    func takeBack(_ slab: Buffer) {
        if self.slab === slab { self.slab = nil }
    }

    /// Bytes by which what the head says of its member may still grow, for another one.
    private var linesGrowth: Int {
        guard isReplayable, let memberLines else { return 0 }
        return max(0, memberLines.bytesMax - memberLines.range.count)
    }

    /// Goes by what a new configuration says to members.
    ///
    /// - Parameter ruled: as of ``begin(_:lines:ruled:includingHost:)``.
    /// - Returns: whether there is room for it; if not, nothing is changed.
    func move(to lines: MemberLines, ruled: Int) -> Bool {
        guard let place = memberLines, let slab else { return true }
        let bytesMax = lines.bytesMax + ruled
        guard slab.room - ChunkedWriter.overheadBytes >= bytesMax - place.range.count else { return false }
        memberLines?.bytesMax = bytesMax
        return true
    }

    /// Whether the head has lines that speak of its member.
    var namesMember: Bool { memberLines != nil }

    /// Writes what the head says of its member, in place of what it said of the one that was tried before.
    ///
    /// - Returns: whether it fits.
    func write(memberLines lines: Span<UInt8>) -> Bool {
        guard let range = memberLines?.range, let slab else { return true }
        // An open chunk is found by its distance from the first byte.
        closeChunk()
        guard slab.replace(range, with: lines) else { return false }
        headBytes += lines.count - range.count
        memberLines?.range = range.lowerBound..<range.lowerBound + lines.count
        return true
    }

    // MARK: - Content

    /// Bytes of the slab that content leaves free: for a chunk's end, and for what the next member is told.
    private var keptBytes: Int { ChunkedWriter.overheadBytes + linesGrowth }

    /// Whether the content is framed by chunks.
    var isChunked: Bool {
        get { chunks != nil }
        set { chunks = newValue ? chunks ?? ChunkedWriter() : nil }
    }

    /// Whether content can be appended. A chunk is begun for some bytes at least while others have still to be sent:
    /// of a member that takes a few at a time each few would have a frame of their own.
    var hasRoom: Bool {
        guard let slab else { return true }
        let isSmall = chunks?.isOpen == false && sentCount < slab.count
        return slab.room >= keptBytes + (isSmall ? UpstreamLimits.chunkBytesLeast : 1)
    }

    /// Appends what there is room for.
    ///
    /// - Returns: how many bytes were taken.
    func append(_ content: Span<UInt8>) -> Int {
        guard let slab else { return 0 }
        let free = slab.room - (isChunked ? keptBytes : linesGrowth)
        let rest = content.extracting(0..<min(content.count, max(0, free)))
        // Copied out and in: an access that spans the call would be checked for exclusivity at run time.
        guard var chunks else { return slab.append(rest) }
        let count = chunks.append(rest, to: slab)
        self.chunks = chunks
        return count
    }

    /// Ends chunked content.
    ///
    /// - Parameters:
    ///   - trailers: the trailer section as it was received; empty for none.
    ///   - names: what only the edge may say to members beside ``ProtectedFields``.
    ///   - others: more of these.
    func endChunks(
        trailers: Span<UInt8>, omitting names: FieldNames?, and others: FieldNames?,
        parsedIn sections: Lender<TrailerSection>
    ) {
        guard var chunks, let slab else { return }
        let growth = linesGrowth
        sections.lend { section in
            chunks.finish(slab, trailers: trailers, omitting: names, and: others, parsedIn: &section, keeping: growth)
        }
        self.chunks = chunks
    }

    /// Closes the open chunk, so that the slab may be sent.
    func closeChunk() {
        guard var chunks, chunks.isOpen, let slab else { return }
        chunks.close(slab)
        self.chunks = chunks
    }

    /// Content outgrows the slab: what was sent makes room, and the request cannot be sent again.
    func makeRoom() {
        guard let slab, sentCount > 0, continuation != .probing else { return }
        isReplayable = false
        forgetSent()
        slab.compact()
    }

    /// Lets go of what was sent and will not be sent again.
    func forgetSent() {
        guard !isReplayable else { return }
        // An open chunk is found by its distance from the first byte.
        closeChunk()
        guard let slab = slab.take() else { return }
        slab.consume(sentCount)
        sentCount = 0
        self.slab = slab
    }

    /// The answer has begun: the request will not be sent again.
    ///
    /// - Returns: the slab, if nothing more is to be sent from it.
    func forget(isTunnel: Bool) -> Buffer? {
        isReplayable = false
        forgetSent()
        // What is gathered behind it is still to be sent.
        if let gathering { gathering.spool.forget() }
        return isEnded && !isTunnel && isSent ? takeEmptySlab() : nil
    }

    /// Another connection gets all of it, from the first byte on.
    func rewind() {
        sentCount = 0
        if isReplayable, let gathering, gathering.state == .whole { gathering.spool.rewind() }
    }

    // MARK: - Gathering

    /// Appends content without a frame, what there is room for.
    ///
    /// - Returns: how many bytes were taken.
    func appendUnframed(_ content: Span<UInt8>) -> Int {
        guard let slab else { return 0 }
        return slab.append(content.extracting(0..<min(content.count, max(0, slab.room - keptBytes))))
    }

    /// Says the length of the content, which is known now, in place of its framing by chunks.
    func settleLength(_ count: Int) {
        dropExpectation()
        guard isChunked, let slab else { return }
        isChunked = false
        let headBytes = headBytes
        guard let line = slab.withReadable({ Self.chunkedLine(in: $0.extracting(0..<headBytes)) }) else { return }
        let length = [UInt8](capacity: 40) { (output: inout OutputSpan<UInt8>) in
            _ = output.append(copying: "Content-Length: ")
            _ = output.append(decimal: UInt64(count))
            _ = output.append(copying: "\r\n")
        }
        // Room was kept for a chunk's frame, which is more.
        let fits = slab.replace(line, with: length.span)
        precondition(fits, "room was kept for the length")
        self.headBytes += length.count - line.count
    }

    /// Frames the content that was gathered so far, and what follows, by chunks.
    func frameGathered() {
        dropExpectation()
        guard var chunks, let slab else { return }
        chunks.frame(from: headBytes, in: slab)
        self.chunks = chunks
    }

    /// Nobody waits for 100 Continue any more: who has asked for it was told to go on.
    func dropExpectation() {
        let headBytes = headBytes
        guard let slab, let line = slab.withReadable({ Self.expectation(in: $0.extracting(0..<headBytes)) }) else {
            return
        }
        _ = slab.replace(line, with: Span())
        self.headBytes -= line.count
    }

    private static func expectation(in head: Span<UInt8>) -> Range<Int>? {
        var start = 0
        while start < head.count, let end = head.firstOffset(of: UInt8(ascii: "\n"), from: start) {
            if end - start > 7, head.extracting(start..<start + 7).equalsIgnoringCase("expect:") {
                return start..<end + 1
            }
            start = end + 1
        }
        return nil
    }

    private static func chunkedLine(in head: Span<UInt8>) -> Range<Int>? {
        var start = 0
        while start < head.count, let end = head.firstOffset(of: UInt8(ascii: "\n"), from: start) {
            if head.extracting(start...end).equals("Transfer-Encoding: chunked\r\n") { return start..<end + 1 }
            start = end + 1
        }
        return nil
    }

    // MARK: - A tunnel

    /// From here on bytes pass in both directions.
    func becomeTunnel() {
        isEnded = false
    }

    /// Lends a slab for what the client of a tunnel sends.
    func lend(_ slab: Buffer) {
        self.slab = slab
    }

    /// - Returns: the slab, if everything was sent: a silent tunnel holds none.
    func takeEmptySlab() -> Buffer? {
        guard let slab = slab.take() else { return nil }
        guard !slab.isEmpty else { return slab }
        self.slab = slab
        return nil
    }

    // MARK: - The end

    /// Gives back what it was given, and is as it was before the first request.
    func reset(to bench: Bench) {
        upstream = nil
        if let slab = slab.take() { bench.giveBack(slab) }
        if let inflation = inflation.take() { bench.stores.giveBack(inflation) }
        if let gathering = gathering.take() { bench.spools.giveBack(gathering) }
        chunks = nil
        sentCount = 0
        sentToOthers = 0
        memberMillis = nil
        isReplayable = true
        continuation = .none
        mayProbe = false
        headBytes = 0
        memberLines = nil
        isEnded = false
        isClientPaused = false
    }
}
