import Bytes
import HTTP

/// Where a stream's answer stands: its head while that is held, how much of its content is still to come, and how it
/// ends. Pooled with the stream.
package final class HTTP2Answer {
    /// The head while none of the content has come: it can still be taken back.
    private var heldHead: Buffer?
    private var heldStatus = 0
    private var hasNoContent = false
    private var left: UInt64?
    private var next = HTTP2Session.NextContent.later
    /// Changed in a copy only: an access that spans a call would have every one checked for exclusivity at run time.
    private var ownBytes: [UInt8] = []
    private var isHeldUp = false
    /// Bytes of its heads and trailers as HTTP/1.1 writes them.
    private var headBytes = 0
    /// How fast it is taken.
    var pace = Pace()

    /// The answer of a stream's first use.
    package init() {}

    /// The status that the held head is submitted with.
    package var status: Int { heldStatus }
    /// Whether it has no content.
    package var isBodiless: Bool { hasNoContent }
    /// Bytes of content that are still to come; `nil` while that is not known.
    package var contentLeft: UInt64? { left }
    /// How the stream goes on that has no content in hand.
    package var ending: HTTP2Session.NextContent { next }
    /// Content of an answer that Martlet gives itself.
    package var ownContent: [UInt8] { ownBytes }
    /// Whether the exchange, or Martlet's own answer, was told that not all of its content was taken.
    package var isBlocked: Bool { isHeldUp }

    // MARK: - Heads

    /// Writes the head, and holds it.
    ///
    /// - Parameters:
    ///   - head: the member's; its offsets point into `source`.
    ///   - date: the value of `Date`.
    /// - Returns: whether it fits into a slab.
    package func hold(
        _ head: borrowing ResponseHead, source: Span<UInt8>, plan: borrowing AnswerPlan, date: Span<UInt8>,
        _ buffers: BufferPool
    ) -> Bool {
        var framing = plan.framing
        if case .length(let count) = framing { left = count }
        if framing == .chunked { framing = .none }
        hasNoContent = !plan.isSwitching && (head.framing == .none || plan.framing == .none || left == 0)
        var rewrite = ResponseRewrite(framing: framing)
        rewrite.coding = plan.coding
        rewrite.splices = plan.splices
        heldHead = Self.write(
            head, source: source, rewrite: rewrite, date: date, omitting: plan.omitted, extra: plan.extra.span,
            lines: plan.lines.span, buffers)
        // Over HTTP/2 a protocol is switched by 200 (RFC 8441, section 5).
        heldStatus = head.status == 101 ? 200 : head.status
        return heldHead != nil
    }

    /// The held head, to be submitted now.
    package func takeHead() -> Buffer? {
        guard let head = heldHead.take() else { return nil }
        headBytes += head.count
        return head
    }

    /// Bytes of heads and trailers, those of the held one included.
    var sizeOfHeads: Int { headBytes + (heldHead?.count ?? 0) }

    /// Counts a head or trailers that are submitted.
    func count(head bytes: Int) {
        headBytes += bytes
    }

    /// Takes the held head back.
    ///
    /// - Returns: whether there was one.
    package func withdraw(_ buffers: BufferPool) -> Bool {
        guard let head = heldHead.take() else { return false }
        buffers.giveBack(head)
        left = nil
        return true
    }

    /// Writes a head as HTTP/1.1 has it.
    ///
    /// - Returns: the slab that it is in; `nil` when it does not fit into one.
    static func write(
        _ head: borrowing ResponseHead, source: Span<UInt8>, rewrite: ResponseRewrite, date: Span<UInt8>,
        omitting names: FieldNames? = nil, extra: Span<UInt8>, lines: Span<UInt8> = Span(), _ buffers: BufferPool
    ) -> Buffer? {
        let small = buffers.small()
        if append(head, source: source, rewrite: rewrite, date: date, names, extra: extra, lines: lines, to: small) {
            return small
        }
        buffers.giveBack(small)
        let large = buffers.large()
        if append(head, source: source, rewrite: rewrite, date: date, names, extra: extra, lines: lines, to: large) {
            return large
        }
        buffers.giveBack(large)
        return nil
    }

    private static func append(
        _ head: borrowing ResponseHead, source: Span<UInt8>, rewrite: ResponseRewrite, date: Span<UInt8>,
        _ names: FieldNames?, extra: Span<UInt8>, lines: Span<UInt8>, to text: Buffer
    ) -> Bool {
        text.append { (output: inout OutputSpan<UInt8>) in
            head.write(
                to: &output, from: source, rewrite: rewrite, date: date, omitting: names, extra: extra, lines: lines)
        }
    }

    /// The field lines of a head that was written as HTTP/1.1 has it.
    @_lifetime(copy head)
    static func fields(in head: Span<UInt8>) -> Span<UInt8> {
        let first = head.firstOffset(of: 0x0A, from: 0) ?? 0
        return head.extracting((first + 1)..<(head.count - 2))
    }

    // MARK: - Content

    /// Whether content of so many bytes is all that is left.
    package func isLast(_ count: Int) -> Bool {
        guard let left else { return false }
        return UInt64(count) >= left
    }

    /// Notes how much of some content was taken.
    ///
    /// - Parameter isLast: whether it was all that was left.
    package func count(_ taken: Int, of given: Int, isLast: Bool) {
        if let left { self.left = left - min(left, UInt64(taken)) }
        if isLast, taken == given { next = .end }
        if taken < given { isHeldUp = true }
    }

    /// The client can take more of the exchange's content.
    package func unblock() {
        isHeldUp = false
    }

    /// Whether an end of the content is still to be told.
    package var isOpen: Bool {
        if case .later = next { !hasNoContent } else { false }
    }

    /// The content has ended.
    ///
    /// - Parameter hasTrailers: whether trailers were submitted that end the stream.
    package func end(hasTrailers: Bool) {
        next = hasTrailers ? .trailers : .end
    }

    // MARK: - Answers of Martlet's own

    /// Keeps the content of an answer that was written as HTTP/1.1 has it.
    ///
    /// - Returns: bytes of its head.
    package func keepContent(of text: Span<UInt8>) -> Int {
        let end = Self.endOfHead(text)
        var bytes = ownBytes
        ownBytes = []
        for offset in end..<text.count { bytes.append(text[offset]) }
        ownBytes = bytes
        return end
    }

    private static func endOfHead(_ bytes: Span<UInt8>) -> Int {
        var offset = 0
        while let line = bytes.firstOffset(of: 0x0A, from: offset) {
            if line - offset == 1 { return line + 1 }
            offset = line + 1
        }
        return bytes.count
    }

    /// Notes that so much of its own content was sent.
    package func sendOwn(_ count: Int) {
        var rest = ownBytes
        ownBytes = []
        rest.removeFirst(count)
        isHeldUp = !rest.isEmpty
        ownBytes = rest
    }

    // MARK: - The end

    /// Gives the held head back, and is as it was before the first answer.
    package func reset(to buffers: BufferPool) {
        if let head = heldHead.take() { buffers.giveBack(head) }
        left = nil
        hasNoContent = false
        next = .later
        if !ownBytes.isEmpty { ownBytes = [] }
        isHeldUp = false
        headBytes = 0
        pace = Pace()
    }
}
