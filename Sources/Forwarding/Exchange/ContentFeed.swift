import Bytes
import HTTP

/// Decodes the content of one message and feeds it to somebody who may take less than he is given.
package struct ContentFeed {
    /// What came of feeding.
    package enum Outcome {
        /// Everything that arrived was taken; the content goes on.
        case more
        /// Not everything was taken.
        case blocked
        /// The content has ended; its trailer section lies there (empty for most).
        case ended(trailers: Range<Int>)
    }

    private var decoder: ContentDecoder
    /// Bytes at the front of the buffer that are decoded content and were not taken yet.
    private var pending = 0
    /// Whether the content ends with the connection.
    let endsWithConnection: Bool

    init(_ framing: Framing, of message: ContentDecoder.Message) {
        decoder = ContentDecoder(framing, of: message)
        endsWithConnection = framing == .untilClose
    }

    /// Whether all content was taken.
    var isComplete: Bool { decoder.hasEnded && pending == 0 }

    /// Bytes of content that were not taken, where that is known.
    var lengthLeft: UInt64? { decoder.lengthLeft.map { $0 + UInt64(pending) } }

    /// Decodes what is there and feeds it.
    ///
    /// - Parameters:
    ///   - bytes: all that was received and not consumed.
    ///   - take: is given content and says how much of it was taken.
    /// - Returns: how many bytes are done with, and what came of it.
    mutating func feed(
        _ bytes: Span<UInt8>, to take: (Span<UInt8>) -> Int
    ) throws(ContentError) -> (consumed: Int, outcome: Outcome) {
        var offset = 0
        if pending > 0 {
            offset = take(bytes.extracting(0..<pending))
            pending -= offset
            if pending > 0 { return (offset, .blocked) }
        }
        while true {
            switch try decoder.next(in: bytes, from: offset) {
            case .content(let range):
                let taken = take(bytes.extracting(range))
                offset = range.lowerBound + taken
                if taken < range.count {
                    pending = range.count - taken
                    return (offset, .blocked)
                }
            case .more(let next):
                return (next, .more)
            case .end(let trailers):
                return (trailers.upperBound, .ended(trailers: trailers))
            }
        }
    }
}
