import Bytes
import HTTP

/// Where a message of HTTP/1 stands that comes in: the end of its head is looked for, then its content is decoded.
///
/// ```
/// scan … scan ──▶ head ──begin──▶ take … take ──▶ complete ──▶ scan …
///                                   ▼                ▲
///                                 drop … drop ───────┘
/// ```
///
/// Belongs to one connection on its worker's thread.
package final class IncomingMessage {
    private var scanner: HeadScanner
    private let kind: ContentDecoder.Message
    private var content: ContentFeed
    /// Whether its sender waits for 100 Continue, as far as is known: none of its content has come.
    private var awaitsContinue = false
    /// Bytes of its content, with what frames it, that were dropped.
    private(set) var droppedBytes = 0
    /// How fast its content comes.
    var pace = Pace()
    /// Bytes that were read while content was awaited, of all messages of the connection.
    var awaitedBytes = 0
    /// Bytes of it so far, head and framing included.
    private(set) var size = 0

    /// A connection's first message.
    package init(_ kind: ContentDecoder.Message) {
        self.kind = kind
        scanner = HeadScanner(isRequest: kind == .request)
        content = ContentFeed(.none, of: kind)
    }

    /// Whether a byte of a head has been seen, beside the empty line before it.
    package var hasBegun: Bool { scanner.hasBegun }

    /// Whether all of its content was taken; so too while there is none.
    package var isComplete: Bool { content.isComplete }

    /// Whether its content ends with the connection.
    package var endsWithConnection: Bool { content.endsWithConnection }

    // Both are copied out and in: an access that spans the call would be checked for exclusivity at run time, and what
    // takes the content may look at the connection meanwhile.

    /// Parses a request's head when all of it has come.
    ///
    /// - Parameter bytes: all of the head that has come.
    /// - Returns: the bytes of the head; `nil` when more is needed.
    package func parse(
        _ bytes: Span<UInt8>, into head: inout RequestHead, limits: HeadLimits
    ) throws(HeadError) -> Int? {
        // Nearly every head comes in one piece, which is looked at once.
        if !hasBegun, let count = head.parseWhole(bytes, limits: limits) { return count }
        guard let count = try scan(bytes, limits: limits) else { return nil }
        try head.parse(bytes.extracting(0..<count), limits: limits)
        scanner = HeadScanner()
        return count
    }

    /// Parses an answer's head when all of it has come.
    ///
    /// - Parameters:
    ///   - bytes: all of the head that has come.
    ///   - method: the request's.
    /// - Returns: the bytes of the head; `nil` when more is needed.
    package func parse(
        _ bytes: Span<UInt8>, into head: inout ResponseHead, to method: HTTP.Method, limits: HeadLimits
    ) throws(HeadError) -> Int? {
        if !hasBegun, let count = head.parseWhole(bytes, to: method, limits: limits) { return count }
        guard let count = try scan(bytes, limits: limits) else { return nil }
        try head.parse(bytes.extracting(0..<count), to: method, limits: limits)
        scanner = HeadScanner(isRequest: false)
        return count
    }

    /// Goes on looking for the end of the head.
    ///
    /// - Parameter bytes: all of the head that has come.
    /// - Returns: the bytes of the head; `nil` when more is needed.
    package func scan(_ bytes: Span<UInt8>, limits: HeadLimits) throws(HeadError) -> Int? {
        var scanner = scanner
        let count = try scanner.scan(bytes, limits: limits)
        self.scanner = scanner
        return count
    }

    /// The head is whole, and content follows whose end is known that way; behind it comes the next head.
    ///
    /// - Parameters:
    ///   - awaitsContinue: whether its sender waits for 100 Continue before it sends content.
    ///   - headBytes: of the head.
    package func begin(_ framing: Framing, awaitsContinue: Bool = false, headBytes: Int = 0) {
        size = headBytes
        scanner = HeadScanner(isRequest: kind == .request)
        content = ContentFeed(framing, of: kind)
        self.awaitsContinue = awaitsContinue
        droppedBytes = 0
        pace = Pace()
    }

    /// Counts bytes that have passed unread.
    func count(_ bytes: Int) {
        size += bytes
    }

    /// Looks through the content that is there, and takes none of it.
    ///
    /// - Parameter stores: where trailers are parsed.
    package func prove(_ buffer: Buffer, in stores: Stores) throws(ContentError) {
        var feed = content
        try buffer.withReadable { (bytes) throws(ContentError) in
            let result = try feed.feed(bytes) { $0.count }
            if case .ended(let trailers) = result.outcome { try Self.parse(trailers, of: bytes, in: stores) }
        }
    }

    /// Decodes the content that is there, and takes what was taken off the buffer.
    ///
    /// - Parameters:
    ///   - stores: where trailers are parsed.
    ///   - take: is given content and says how much of it was taken.
    ///   - end: is given the trailer section that has ended it; empty for most.
    package func take(
        from buffer: Buffer, in stores: Stores, _ take: (Span<UInt8>) -> Int, end: (Span<UInt8>) -> Void
    ) throws(ContentError) -> ContentFeed.Outcome {
        var feed = content
        let (consumed, outcome) = try buffer.withReadable { (bytes) throws(ContentError) in
            let result = try feed.feed(bytes, to: take)
            if case .ended(let trailers) = result.outcome {
                try Self.parse(trailers, of: bytes, in: stores)
                end(bytes.extracting(trailers))
            }
            return result
        }
        content = feed
        size += consumed
        buffer.consume(consumed)
        if consumed > 0 { awaitsContinue = false }
        return outcome
    }

    /// Whether what is left of its content may be read for no other purpose than to come to its end. Of whoever waits
    /// for 100 Continue nobody knows whether it will send any (RFC 9110, section 10.1.1).
    ///
    /// - Parameter bytesMax: bytes that may be left, where that is known.
    package func mayBeDropped(bytesMax: Int) -> Bool {
        guard !awaitsContinue, !endsWithConnection else { return false }
        return content.lengthLeft.map { $0 <= UInt64(bytesMax) } ?? true
    }

    /// Decodes the content that is there, and drops it.
    ///
    /// - Parameter stores: where trailers are parsed.
    package func drop(_ buffer: Buffer, in stores: Stores) throws(ContentError) -> ContentFeed.Outcome {
        let count = buffer.count
        let outcome = try take(from: buffer, in: stores, { $0.count }, end: { _ in })
        droppedBytes += count - buffer.count
        return outcome
    }

    private static func parse(
        _ trailers: Range<Int>, of bytes: Span<UInt8>, in stores: Stores
    ) throws(ContentError) {
        guard trailers.count > 2 else { return }
        try stores.trailers.lend { (section) throws(ContentError) in try section.parse(bytes, trailers) }
    }
}
