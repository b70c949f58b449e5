import Bytes

/// Takes the content out of a message's bytes, wherever they are cut (RFC 9112, sections 6 and 7).
///
/// A value without memory of its own. It never takes a byte beyond the message's end, and tells content only by ranges,
/// so that nothing of a chunk's frame can be passed on.
///
///     length(n) ──content──▶ length(n - k) ──n = 0──▶ ended
///     size ─▶ extensions ─▶ sizeLineFeed ─▶ data(n) ─▶ dataReturn ─▶ dataLineFeed ─▶ size …
///                               └─ size 0 ─▶ trailers ─▶ ended
///     untilClose ──finish──▶ ended
public struct ContentDecoder {
    private enum State: UInt8 {
        case length, untilClose, sizeStart, size, extensions, sizeLineFeed, data, dataReturn, dataLineFeed, trailers,
            ended
    }

    private var state: State
    /// Bytes of content left: of the whole content, or of the chunk.
    private var remaining: UInt64 = 0
    /// Bytes of the chunk's size line so far.
    private var lineBytes = 0
    private let isAnswer: Bool
    private var extensions = ChunkExtensions()
    /// Bytes of extensions of all chunks.
    private var extensionBytes = 0
    private var trailerScanner = TrailerScanner()

    /// What a step has found.
    public enum Step: Equatable, Sendable {
        /// Content; go on from the range's upper bound.
        case content(Range<Int>)
        /// All that can be taken was; go on with more bytes from there. Bytes before it are done with; those from it on
        /// (an unfinished trailer section) must be given again.
        case more(from: Int)
        /// The message has ended, its trailer section (field lines and blank line; empty unless chunked) lies there.
        /// What follows belongs to the next message.
        case end(trailers: Range<Int>)
    }

    /// Whose content it is.
    public enum Message: Sendable {
        /// A request's, where malformed chunk extensions are refused.
        case request
        /// An answer's, where they are passed over.
        case answer
    }

    /// Makes a decoder at the start of the content.
    public init(_ framing: Framing, of message: Message) {
        isAnswer = message == .answer
        switch framing {
        case .none:
            state = .ended
        case .length(let length):
            state = length == 0 ? .ended : .length
            remaining = length
        case .chunked:
            state = .sizeStart
        case .untilClose:
            state = .untilClose
        }
    }

    /// Whether the message's last byte was taken.
    public var hasEnded: Bool { state == .ended }

    /// Bytes of content left, where that is known; `nil` where its chunks or the connection's end will tell.
    public var lengthLeft: UInt64? {
        switch state {
        case .length: remaining
        case .ended: 0
        default: nil
        }
    }

    /// Takes the next piece.
    ///
    /// - Parameters:
    ///   - bytes: received bytes.
    ///   - start: the first that was not taken yet, `0 ... bytes.count`.
    /// - Throws: what is wrong with the chunked coding; the connection must be closed.
    public mutating func next(in bytes: Span<UInt8>, from start: Int) throws(ContentError) -> Step {
        switch state {
        case .ended:
            return .end(trailers: start..<start)
        case .untilClose:
            return start < bytes.count ? .content(start..<bytes.count) : .more(from: start)
        case .length:
            let range = take(bytes, from: start)
            if range.isEmpty { return .more(from: start) }
            if remaining == 0 { state = .ended }
            return .content(range)
        default:
            return try nextOfChunked(bytes, from: start)
        }
    }

    /// Says that the connection was closed by the other side.
    ///
    /// - Throws: ``ContentError/Reason/truncated`` unless that ends the content or it had ended before.
    public mutating func finish() throws(ContentError) {
        guard state == .untilClose || state == .ended else { throw ContentError(.truncated, at: 0) }
        state = .ended
    }

    private mutating func take(_ bytes: Span<UInt8>, from start: Int) -> Range<Int> {
        let available = bytes.count - start
        let taken = UInt64(available) < remaining ? available : Int(remaining)
        remaining -= UInt64(taken)
        return start..<(start + taken)
    }

    private mutating func nextOfChunked(_ bytes: Span<UInt8>, from start: Int) throws(ContentError) -> Step {
        var offset = start
        while true {
            if state == .trailers { return try trailers(bytes, from: offset) }
            guard offset < bytes.count else { return .more(from: offset) }
            if state == .data {
                let range = take(bytes, from: offset)
                if remaining == 0 { state = .dataReturn }
                return .content(range)
            }
            try frame(bytes[offset], at: offset)
            offset += 1
        }
    }

    /// Takes one byte of what stands between chunks' data.
    @inline(__always)
    private mutating func frame(_ byte: UInt8, at offset: Int) throws(ContentError) {
        switch state {
        case .sizeStart:
            guard let digit = byte.hexadecimalValue else { throw ContentError(.chunkSizeMalformed, at: offset) }
            remaining = UInt64(digit)
            lineBytes = 1
            state = .size
        case .size:
            try size(byte, at: offset)
        case .extensions:
            try extend(byte, at: offset)
        case .sizeLineFeed:
            guard byte == 0x0A else { throw ContentError(.bareCarriageReturn, at: offset) }
            state = remaining == 0 ? .trailers : .data
            trailerScanner = TrailerScanner()
        case .dataReturn:
            guard byte == 0x0D else { throw ContentError(.chunkEndMissing, at: offset) }
            state = .dataLineFeed
        case .dataLineFeed:
            guard byte == 0x0A else { throw ContentError(.chunkEndMissing, at: offset) }
            state = .sizeStart
        case .length, .untilClose, .data, .trailers, .ended:
            preconditionFailure("not between chunks")
        }
    }

    @inline(__always)
    private mutating func size(_ byte: UInt8, at offset: Int) throws(ContentError) {
        if let digit = byte.hexadecimalValue {
            guard remaining <= UInt64(Int64.max) >> 4 else { throw ContentError(.chunkSizeOverflow, at: offset) }
            remaining = remaining << 4 | UInt64(digit)
            try count(at: offset)
        } else if byte == 0x0D {
            state = .sizeLineFeed
        } else if byte == UInt8(ascii: ";") || byte.isBlank {
            state = .extensions
            extensions = ChunkExtensions()
            try extend(byte, at: offset)
        } else {
            throw ContentError(byte == 0x0A ? .bareLineFeed : .chunkSizeMalformed, at: offset)
        }
    }

    private mutating func extend(_ byte: UInt8, at offset: Int) throws(ContentError) {
        if byte == 0x0D {
            guard extensions.mayEnd(isAnswer: isAnswer) else {
                throw ContentError(.chunkExtensionMalformed, at: offset)
            }
            state = .sizeLineFeed
            return
        }
        guard byte != 0x0A else { throw ContentError(.bareLineFeed, at: offset) }
        guard !byte.isControl || byte == 0x09 else { throw ContentError(.controlByte, at: offset) }
        guard extensions.take(byte, isAnswer: isAnswer) else {
            throw ContentError(.chunkExtensionMalformed, at: offset)
        }
        try count(at: offset)
        extensionBytes += 1
        guard extensionBytes <= Limits.chunkExtensionBytesMax else {
            throw ContentError(.chunkExtensionsTooLong, at: offset, limit: Limits.chunkExtensionBytesMax)
        }
    }

    private mutating func count(at offset: Int) throws(ContentError) {
        lineBytes += 1
        guard lineBytes <= Limits.chunkLineBytesMax else {
            throw ContentError(.chunkLineTooLong, at: offset, limit: Limits.chunkLineBytesMax)
        }
    }

    private mutating func trailers(_ bytes: Span<UInt8>, from start: Int) throws(ContentError) -> Step {
        guard let count = try trailerScanner.scan(bytes, from: start) else { return .more(from: start) }
        state = .ended
        return .end(trailers: start..<(start + count))
    }
}
