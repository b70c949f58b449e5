import Bytes
import HTTP
import Reactor

/// The answer of an HTTP/1 connection: its head and its content on their way into the output's slab, and from there to
/// the client.
///
/// Holds a slab only while there is something to send. Belongs to one connection on its worker's thread.
package final class HTTP1Answer {
    /// What came of sending.
    package enum Progress {
        /// There is nothing left to send.
        case sent
        /// The client takes no more for now.
        case blocked
        /// The connection is broken.
        case failed
    }

    /// Bytes of content from which it is sent from where it lies instead of being gathered.
    private static let directBytesMin = 4096

    private let buffers: BufferPool
    private var output: Buffer?
    private var chunks = ChunkedWriter()
    /// How the content is framed.
    private(set) var framing = Framing.none
    /// Whether it has no content whatever its fields say (HEAD, 204, 304).
    private var isBodiless = false
    private(set) var isHTTP10 = false
    private(set) var method = Method.get
    /// Whether the connection is closed behind it.
    var isLast = false
    /// Whether it is broken off.
    var isBrokenOff = false
    /// Whether the client takes no more for now.
    var isBlocked = false
    /// Offset of the head in the output while none of it was sent; -1 else.
    private var headOffset = -1
    /// Bytes that the transport has taken of all answers, and those, taken or not, that came before this one.
    private(set) var movedBytes = 0
    private var earlierBytes = 0
    /// How fast they are taken.
    var pace = Pace()

    /// The answer to a connection's first request.
    ///
    /// - Parameter buffers: where its slab comes from.
    package init(buffers: BufferPool) {
        self.buffers = buffers
    }

    /// Begins the answer to a request.
    ///
    /// - Parameter isLast: whether the connection is closed behind it.
    package func begin(to method: Method, isHTTP10: Bool, isLast: Bool) {
        self.method = method
        self.isHTTP10 = isHTTP10
        self.isLast = isLast
        framing = .none
        earlierBytes = movedBytes + (output?.count ?? 0)
    }

    /// Bytes of this answer so far, with heads before it.
    ///
    /// - Parameter isGone: whether what the transport has not taken goes nowhere.
    package func size(isGone: Bool) -> Int {
        let end = chunks.isOpen ? ChunkHeader.end.utf8CodeUnitCount : 0
        return max(0, movedBytes - earlierBytes + (isGone ? 0 : (output?.count ?? 0) + end))
    }

    /// Bytes of memory that it holds.
    var heldBytes: Int { output?.capacity ?? 0 }

    /// Whether there is nothing to send.
    package var isEmpty: Bool { output == nil }

    /// Whether all was sent that there was to send.
    package var isAllSent: Bool { output?.isEmpty ?? true }

    /// Whether only the connection's end would show where its content ends, so that it looks whole when it is cut.
    package var isEndedByConnection: Bool { framing == .untilClose }

    // MARK: - Heads

    /// Appends a head that precedes the answer's. A client that does not read gets none, rather than a part of one.
    ///
    /// - Parameter names: of fields that are left out; `nil`: none.
    package func appendInterim(
        _ head: borrowing ResponseHead, source: Span<UInt8>, omitting names: FieldNames? = nil
    ) {
        let output = takeOutput()
        let before = output.count
        let isWritten = output.append { (bytes: inout OutputSpan<UInt8>) in
            head.write(to: &bytes, from: source, rewrite: ResponseRewrite(framing: .none), omitting: names)
        }
        if !isWritten { output.removeLast(output.count - before) }
        self.output = output
    }

    /// Appends 100 Continue, which whoever waits discards (RFC 9110, section 15.2.1).
    package func appendContinue() {
        let output = takeOutput()
        output.append { (bytes: inout OutputSpan<UInt8>) in
            _ = bytes.append(copying: "HTTP/1.1 100 Continue\r\n\r\n")
        }
        self.output = output
    }

    /// Appends the head, and decides how the client is to know the content's end.
    ///
    /// - Parameters:
    ///   - head: the member's; its offsets point into `source`.
    ///   - date: the value of `Date`.
    /// - Returns: whether it fits into a slab, with room behind it for chunks.
    package func append(
        _ head: borrowing ResponseHead, source: Span<UInt8>, plan: borrowing AnswerPlan, date: Span<UInt8>
    ) -> Bool {
        framing = plan.framing
        isBodiless = head.framing == .none
        if plan.framing == .chunked, isHTTP10 {
            framing = .untilClose
            isLast = true
        }
        if plan.isSwitching { isLast = true }
        if write(head, source: source, plan: plan, date: date) { return true }
        grow()
        return write(head, source: source, plan: plan, date: date)
    }

    private func write(
        _ head: borrowing ResponseHead, source: Span<UInt8>, plan: borrowing AnswerPlan, date: Span<UInt8>
    ) -> Bool {
        let output = takeOutput()
        defer { self.output = output }
        let before = output.count
        let isWritten = output.append { (bytes: inout OutputSpan<UInt8>) in
            var rewrite = ResponseRewrite(framing: framing)
            rewrite.connection = isLast ? .close : isHTTP10 ? .keepAlive : .unsaid
            rewrite.switchesToWebSocket = plan.isSwitching
            rewrite.coding = plan.coding
            rewrite.splices = plan.splices
            return head.write(
                to: &bytes, from: source, rewrite: rewrite, date: date, omitting: plan.omitted,
                extra: plan.extra.span, lines: plan.lines.span)
        }
        guard isWritten, framing != .chunked || output.room >= ChunkedWriter.overheadBytes else {
            output.removeLast(output.count - before)
            return false
        }
        headOffset = before
        return true
    }

    /// Takes the head back, behind which there was no content yet.
    ///
    /// - Returns: whether none of it has gone out.
    package func withdrawHead() -> Bool {
        guard headOffset >= 0, let output else { return false }
        output.removeLast(output.count - headOffset)
        headOffset = -1
        framing = .none
        isBodiless = false
        return true
    }

    /// Appends an answer of Martlet's own.
    ///
    /// - Parameters:
    ///   - code: what the client is told of the reason; empty: nothing.
    ///   - method: what is answered; not always the request's that came last.
    ///   - date: the value of `Date`.
    package func append(
        _ own: OwnAnswer, code: StaticString, to method: Method, date: Span<UInt8>
    ) {
        if write(own, code: code, to: method, date: date) { return }
        grow()
        if !write(own, code: code, to: method, date: date) { isLast = true }
    }

    private func write(_ own: OwnAnswer, code: StaticString, to method: Method, date: Span<UInt8>) -> Bool {
        let output = takeOutput()
        defer { self.output = output }
        let before = output.count
        let isWritten = output.append { (bytes: inout OutputSpan<UInt8>) in
            own.write(code: code, to: method, closes: isLast, date: date, into: &bytes)
        }
        if !isWritten { output.removeLast(output.count - before) }
        return isWritten
    }

    // MARK: - Content

    /// Sends content, or gathers it.
    ///
    /// - Returns: how many bytes were taken, and what came of sending.
    package func send(
        _ content: Span<UInt8>, to transport: Transport
    ) -> (taken: Int, progress: Progress) {
        var taken = 0
        while taken < content.count {
            let rest = content.extracting(taken..<content.count)
            if framing != .chunked, output == nil, rest.count >= Self.directBytesMin {
                switch transport.write(rest) {
                case .moved(let count):
                    taken += count
                    movedBytes += count
                case .wouldBlock: return (taken, block())
                case .ended, .failed: return (taken, .failed)
                }
            } else {
                let output = takeOutput()
                let count = framing == .chunked ? appendChunk(rest, to: output) : output.append(rest)
                self.output = output
                taken += count
                guard count < rest.count else { break }
                let progress = flush(to: transport)
                guard case .sent = progress else { return (taken, progress) }
            }
        }
        return (taken, .sent)
    }

    /// Sends some of a file without copying it through the process, where it goes out as it lies there.
    ///
    /// - Returns: how many bytes were taken, if it can be so, and what came of sending.
    package func send(
        _ file: OpenFile, _ range: Range<Int>, to transport: Transport
    ) -> (sending: FileSending, progress: Progress) {
        guard case .length = framing, !transport.isSecure else { return (.unable, .sent) }
        let progress = flush(to: transport, hasMore: true)
        guard case .sent = progress else { return (.sent(0), progress) }
        switch transport.socket.send(file, range) {
        case nil: return (.unable, .sent)
        case .transferred(let count):
            movedBytes += count
            return (.sent(count), .sent)
        case .wouldBlock: return (.sent(0), block())
        case .ended: return (.shortened, .sent)
        case .failed: return (.sent(0), .failed)
        }
    }

    // The chunks are copied out and in: an access that spans the call would be checked for exclusivity at run time.

    private func appendChunk(_ content: Span<UInt8>, to output: Buffer) -> Int {
        var chunks = chunks
        let count = chunks.append(content, to: output)
        self.chunks = chunks
        return count
    }

    /// Ends the content.
    ///
    /// - Parameters:
    ///   - trailers: the trailer section as the member sent it; empty for none.
    ///   - names: trailers that are left out; `nil`: none.
    package func end(trailers: Span<UInt8>, omitting names: FieldNames? = nil, in stores: Stores) {
        guard framing == .chunked, !isBodiless else { return }
        var chunks = chunks
        let output = takeOutput()
        stores.trailers.lend { section in
            chunks.finish(output, trailers: trailers, omitting: names, parsedIn: &section)
        }
        self.output = output
        self.chunks = chunks
    }

    /// Sends what was gathered.
    ///
    /// - Parameter hasMore: whether more follows at once, which in cleartext goes out with it.
    package func flush(to transport: Transport, hasMore: Bool = false) -> Progress {
        guard let output = output.take() else { return .sent }
        headOffset = -1
        if chunks.isOpen { closeChunk(output) }
        while !output.isEmpty {
            switch output.withReadable({ transport.write($0, hasMore: hasMore) }) {
            case .moved(let count):
                output.consume(count)
                movedBytes += count
            case .wouldBlock:
                self.output = output
                return block()
            case .ended, .failed:
                self.output = output
                return .failed
            }
        }
        buffers.giveBack(output)
        return .sent
    }

    private func closeChunk(_ output: Buffer) {
        var chunks = chunks
        chunks.close(output)
        self.chunks = chunks
    }

    private func block() -> Progress {
        isBlocked = true
        return .blocked
    }

    // MARK: - The slab

    /// Gives the slab back, whatever is in it.
    package func close() {
        if let output = output.take() { buffers.giveBack(output) }
    }

    // It is taken out and put back, in place of counting a further reference to it.

    /// Takes the slab out, or an empty one where there is none, for as long as it is written to.
    private func takeOutput() -> Buffer {
        output.take() ?? buffers.small()
    }

    /// A large slab in place of a small one.
    private func grow() {
        let old = takeOutput()
        guard old.capacity < BufferPool.largeBytes else { return output = old }
        let larger = buffers.large()
        larger.append(contentsOf: old)
        buffers.giveBack(old)
        output = larger
    }
}
