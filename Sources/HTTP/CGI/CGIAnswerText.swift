import Bytes

/// An answer's head as a CGI program writes it (RFC 3875, section 6), laid down as the text of HTTP/1.1.
///
/// So one parser decides what an answer means, whatever protocol brought it: each line is passed on as it is but for
/// its end, and what is wrong with its name or value is found there. Decided here is only what CGI has of its own: the
/// status, which is 302 beside `Location` and else 200 where nobody says it, and fields that speak of a connection,
/// which the program does not have.
///
/// Holds a slab from the head's last byte on, until ``giveBack()``. Where the head does not come at once, it holds one
/// from the first byte on, and two while it is laid down.
public final class CGIAnswerText: AnswerText {
    /// The head as it comes, where it comes in pieces.
    private let raw: HeadText
    /// The head laid down.
    private let text: HeadText
    /// Bytes of the line that is coming, without its LF.
    private var lineBytes = 0
    /// Whether its last byte is a CR.
    private var endsWithReturn = false
    private var hasLength = false
    private var hasLocation = false
    private var code = 0

    /// Makes an empty text.
    public init(buffers: BufferPool) {
        raw = HeadText(buffers: buffers)
        text = HeadText(buffers: buffers)
    }

    /// The status; 0 before the head is whole.
    public var status: Int { code }

    /// Begins an answer.
    public func begin() {
        giveBack()
        lineBytes = 0
        endsWithReturn = false
        hasLength = false
        hasLocation = false
        code = 0
    }

    /// Gives the slabs back.
    public func giveBack() {
        raw.giveBack()
        text.giveBack()
    }

    /// Takes what the program has written next, up to its blank line.
    ///
    /// - Parameter bytesMax: bytes that it may write as its head, with the blank line.
    /// - Returns: the bytes taken, and whether the head is whole; what follows is content then.
    /// - Throws: what is wrong with the head.
    public func take(_ bytes: Span<UInt8>, bytesMax: Int) throws(HeadError) -> (consumed: Int, isWhole: Bool) {
        var start = 0
        while let feed = bytes.firstOffset(of: 0x0A, from: start) {
            note(bytes, start..<feed)
            start = feed + 1
            let isBlank = lineBytes == 0 || lineBytes == 1 && endsWithReturn
            lineBytes = 0
            endsWithReturn = false
            guard isBlank else { continue }
            try layDown(last: bytes.extracting(0..<start), bytesMax)
            return (start, true)
        }
        note(bytes, start..<bytes.count)
        try keep(bytes, bytesMax)
        return (bytes.count, false)
    }

    /// Remembers a part of the line that is coming.
    private func note(_ bytes: Span<UInt8>, _ part: Range<Int>) {
        guard !part.isEmpty else { return }
        lineBytes += part.count
        endsWithReturn = bytes[part.upperBound - 1] == 0x0D
    }

    private func keep(_ bytes: Span<UInt8>, _ bytesMax: Int) throws(HeadError) {
        try check(bytes.count, bytesMax)
        if !raw.isLent { raw.begin() }
        try raw.put(bytes)
    }

    /// Whether there may be so many bytes more.
    private func check(_ count: Int, _ bytesMax: Int) throws(HeadError) {
        guard count <= bytesMax - raw.count else { throw HeadError(.headTooLarge, at: bytesMax, limit: bytesMax) }
    }

    /// Ends the head.
    ///
    /// - Parameter following: what follows it.
    public func finish(_ following: AnswerFollowing) throws(HeadError) {
        try text.finish(following, hasLength: hasLength)
    }

    /// Hands the text to `body`; after ``finish(_:)`` it is a whole head.
    public func withText<Result, Failure: Error>(
        _ body: (Span<UInt8>) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        try text.withText(body)
    }

    // MARK: - Laying down

    private func layDown(last bytes: Span<UInt8>, _ bytesMax: Int) throws(HeadError) {
        guard raw.isLent else {
            // Nearly every head comes at once, and is not copied before.
            try check(bytes.count, bytesMax)
            return try layDown(bytes)
        }
        try keep(bytes, bytesMax)
        try raw.withText { (bytes) throws(HeadError) in try layDown(bytes) }
        raw.giveBack()
    }

    private func layDown(_ bytes: Span<UInt8>) throws(HeadError) {
        text.begin()
        // The digits are written when all lines were read.
        try text.put("HTTP/1.1 200\r\n")
        var start = 0
        while let feed = bytes.firstOffset(of: 0x0A, from: start) {
            let end = feed > start && bytes[feed - 1] == 0x0D ? feed - 1 : feed
            guard end > start else { break }
            try layDown(bytes, line: start..<end)
            start = feed + 1
        }
        // A program that has nothing to say says at least what follows (RFC 3875, section 6.2).
        guard start > 0 else { throw HeadError(.emptyLine, at: 0) }
        if code == 0 { code = hasLocation ? 302 : 200 }
        text.overwrite(at: 9, with: HeadText.digits(of: code).span)
    }

    private func layDown(_ bytes: Span<UInt8>, line: Range<Int>) throws(HeadError) {
        let head = bytes.extracting(0..<line.upperBound)
        let name = line.lowerBound..<(head.firstOffset(of: UInt8(ascii: ":"), from: line.lowerBound) ?? line.upperBound)
        switch KnownField(in: head, at: name.lowerBound, count: name.count) {
        case .connection, .keepAlive, .proxyConnection, .upgrade, .trailer: return
        case .transferEncoding:
            // Where a program has framed its content itself nobody knows where that ends.
            throw HeadError(.transferCodingUnknown, at: name.lowerBound)
        case .contentLength: hasLength = true
        case .location: hasLocation = true
        default:
            if bytes.equals("status", in: name), name.upperBound < line.upperBound {
                return try readStatus(bytes, bytes.trimmed((name.upperBound + 1)..<line.upperBound))
            }
        }
        try text.put(bytes.extracting(line))
        try text.put("\r\n")
    }

    /// Reads `Status`: three digits, and maybe a phrase that nobody is told.
    private func readStatus(_ bytes: Span<UInt8>, _ value: Range<Int>) throws(HeadError) {
        var number = 0
        var offset = value.lowerBound
        while offset < value.upperBound, offset < value.lowerBound + 3, bytes[offset].isDigit {
            number = number * 10 + Int(bytes[offset] &- 0x30)
            offset += 1
        }
        // Interim answers are not a program's to give, and two that disagree are a doubt.
        guard number >= 200, offset == value.upperBound || bytes[offset].isBlank, code == 0 || code == number else {
            throw HeadError(.statusLineMalformed, at: value.lowerBound)
        }
        code = number
    }
}
