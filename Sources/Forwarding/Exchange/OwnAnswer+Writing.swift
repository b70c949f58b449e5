import Bytes
import HTTP

extension OwnAnswer {
    /// Bytes of a page from which an answer does not go into a small slab.
    private static let longBytes = BufferPool.smallBytes / 2

    /// Whether it takes a large slab.
    package var isLong: Bool { (page?.content.count ?? 0) + lines.count > Self.longBytes }

    /// Writes the whole answer.
    ///
    /// - Parameters:
    ///   - code: what the client is told of the reason; empty: nothing.
    ///   - closes: whether the connection is closed behind it.
    ///   - date: the value of `Date`.
    /// - Returns: whether it fits.
    package func write(
        code: StaticString, to method: HTTP.Method, closes: Bool, date: Span<UInt8>,
        into output: inout OutputSpan<UInt8>
    ) -> Bool {
        ErrorAnswer.write(
            status, code: code, kind: kind, to: method, closes: closes, date: date,
            retryAfterSeconds: refusal.retryAfterSeconds, allow: methods, lines: lines.span, page: page,
            into: &output)
    }

    /// Bytes of the whole answer that ``write(code:to:closes:date:into:)`` is going to write.
    func size(
        code: StaticString, to method: HTTP.Method, closes: Bool, date: Span<UInt8>, _ buffers: BufferPool
    ) -> Int {
        let slab = isLong ? buffers.large() : buffers.small()
        defer { buffers.giveBack(slab) }
        let fits = slab.append { (output: inout OutputSpan<UInt8>) in
            write(code: code, to: method, closes: closes, date: date, into: &output)
        }
        return fits ? slab.count : 0
    }

    /// Bytes of the content that ``write(code:to:closes:date:into:)`` writes.
    package func contentBytes(code: StaticString, to method: HTTP.Method) -> Int {
        ErrorAnswer.contentBytes(status, code: code, kind: kind, to: method, page: page)
    }
}
