import Bytes

/// An answer's head that comes as a packet of AJP/1.3, laid down as the text of HTTP/1.1.
///
/// So one parser decides what an answer means, whatever protocol brought it. Where content follows whose length is not
/// declared, it is said to be chunked. Fields of one connection's own are left out; one that frames the content
/// otherwise than AJP does is refused.
///
/// Holds a slab from ``take(_:fieldCountMax:)`` to ``giveBack()``.
public final class AJPAnswerText: AnswerText {
    private let text: HeadText
    private var code = 0
    private var hasLength = false

    /// Makes an empty text.
    public init(buffers: BufferPool) {
        text = HeadText(buffers: buffers)
    }

    /// The status; 0 before it has come.
    public var status: Int { code }

    /// Takes the packet.
    ///
    /// What is wrong with a status or a field is thrown by ``finish(_:)``.
    ///
    /// - Parameters:
    ///   - packet: what ``RecordEvent/head(_:)`` tells of.
    ///   - fieldCountMax: fields that a head may have.
    /// - Throws: what is wrong with the packet; no length in it is trusted.
    public func take(_ packet: Span<UInt8>, fieldCountMax: Int) throws(RecordError) {
        text.begin()
        code = 0
        hasLength = false
        var cursor = AJPCursor()
        code = try cursor.integer(in: packet)
        putLine()
        // The reason: a client gets the standard one.
        try cursor.skipString(in: packet)
        let count = try cursor.integer(in: packet)
        guard count <= fieldCountMax else {
            return text.refuse(HeadError(.tooManyFields, at: cursor.offset, limit: fieldCountMax))
        }
        for _ in 0..<count {
            let name = try cursor.name(in: packet)
            let value = packet.extracting(try cursor.string(in: packet))
            switch name {
            case .written(let range): take(packet.extracting(range), value)
            case .coded(let field):
                if field == .contentLength { hasLength = true }
                take(field.name, value)
            }
        }
        guard cursor.offset == packet.count else { throw .restInPacket }
    }

    /// Ends the head.
    ///
    /// - Parameter following: what follows it, as far as that is known.
    /// - Throws: the first thing that was wrong with a field.
    public func finish(_ following: AnswerFollowing) throws(HeadError) {
        try text.finish(following, hasLength: hasLength)
    }

    /// Hands the text to `body`; after ``finish(_:)`` it is a whole head.
    public func withText<Result, Failure: Error>(
        _ body: (Span<UInt8>) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        try text.withText(body)
    }

    /// Gives the slab back.
    public func giveBack() {
        text.giveBack()
    }

    /// Puts the status line. AJP has no interim answers, nor does it switch protocols.
    private func putLine() {
        guard (200..<1000).contains(code) else { return text.refuse(HeadError(.statusLineMalformed, at: 0)) }
        do throws(HeadError) {
            try text.put("HTTP/1.1 ")
            try text.put(HeadText.digits(of: code).span)
            try text.put("\r\n")
        } catch {
            text.refuse(error)
        }
    }

    /// Takes a field whose name has a code.
    private func take(_ name: StaticString, _ value: Span<UInt8>) {
        let isTaken = text.add(name: Span(), value: value) { (_, value) throws(HeadError) in
            try text.put(name)
            try text.put(": ")
            try text.put(value)
            try text.put("\r\n")
        }
        if !isTaken { refuseLength() }
    }

    /// Takes a field whose name is written out.
    private func take(_ name: Span<UInt8>, _ value: Span<UInt8>) {
        let isTaken = text.add(name: name, value: value) { (name, value) throws(HeadError) in
            guard !name.isEmpty else { throw HeadError(.emptyFieldName, at: 0) }
            guard name.tokenEnd(from: 0, to: name.count) == name.count else {
                throw HeadError(.fieldNameInvalid, at: 0)
            }
            switch KnownField(in: name, at: 0, count: name.count) {
            case .connection, .keepAlive, .proxyConnection, .trailer, .upgrade: return
            // Content that was chunked by hand is no content.
            case .transferEncoding: throw HeadError(.transferCodingUnknown, at: 0)
            case .contentLength: hasLength = true
            default: break
            }
            try text.put(name: name, value: value)
        }
        if !isTaken { refuseLength() }
    }

    private func refuseLength() {
        text.refuse(HeadError(.headTooLarge, at: 0, limit: Limits.headBytesCeiling))
    }
}
