import Bytes
import HTTP

/// How far a member's answer in HTTP/1 has come. Belongs to its connection, which uses it for one answer after the
/// other.
final class IncomingAnswer {
    /// Its head and its content, asked by calls from here alone: a connection that reached for it would count a
    /// reference to it each time.
    private let message = IncomingMessage(.answer)
    private(set) var isHeadComplete = false
    /// Whether bytes pass unread in both directions.
    var isTunnel = false
    /// Whether the connection may be kept behind it.
    private(set) var mayBeKept = false
    /// Bytes that have come.
    var byteCount = 0
    /// Whether its content has said that it is long.
    private var isDeclaredLong = false
    private var interimCount = 0

    /// Whether it is worth large reads.
    var isLong: Bool { isDeclaredLong || byteCount >= UpstreamLimits.longAnswerBytes }

    /// Whether it ends where the connection does.
    var endsWithConnection: Bool { isHeadComplete && message.endsWithConnection }

    /// Whether all of its content was taken.
    var isComplete: Bool { message.isComplete }

    /// Parses its head when all of it has come.
    ///
    /// - Parameters:
    ///   - bytes: all of the head that has come.
    ///   - method: the request's.
    /// - Returns: the bytes of the head; `nil` when more is needed.
    func parse(
        _ bytes: Span<UInt8>, into head: inout ResponseHead, to method: HTTP.Method, limits: HeadLimits
    ) throws(HeadError) -> Int? {
        try message.parse(bytes, into: &head, to: method, limits: limits)
    }

    /// A head was passed on that precedes the answer's.
    ///
    /// - Returns: whether there may be another one.
    func countInterim() -> Bool {
        message.begin(.none)
        interimCount += 1
        return interimCount <= UpstreamLimits.interimAnswersMax
    }

    /// Its head is there.
    ///
    /// - Parameter framing: how its content is framed.
    func begin(_ framing: Framing, mayBeKept: Bool) {
        isHeadComplete = true
        self.mayBeKept = mayBeKept
        message.begin(framing)
        if case .length(let count) = framing { isDeclaredLong = count >= UpstreamLimits.longAnswerBytes }
    }

    /// Looks through the content that is there, and takes none of it.
    ///
    /// - Parameter stores: where trailers are parsed.
    func prove(_ buffer: Buffer, in stores: Stores) throws(ContentError) {
        try message.prove(buffer, in: stores)
    }

    /// Hands on the content that is there, as ``IncomingMessage/take(from:in:_:end:)`` does.
    func take(
        from buffer: Buffer, in stores: Stores, to exchange: Exchange
    ) throws(ContentError) -> ContentFeed.Outcome {
        try message.take(from: buffer, in: stores) {
            exchange.onContent($0)
        } end: {
            exchange.onTrailers($0)
        }
    }

    /// It has ended with the connection, which is of no further use.
    func endWithConnection() {
        mayBeKept = false
    }

    /// Is as it was before the first one; all of its content was taken.
    func reset() {
        assert(message.isComplete, "what is left of its content is another answer's beginning")
        isHeadComplete = false
        isTunnel = false
        mayBeKept = false
        byteCount = 0
        isDeclaredLong = false
        interimCount = 0
    }
}
