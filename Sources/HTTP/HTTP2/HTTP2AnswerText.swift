import Bytes

/// An answer's head or trailers that come field by field (RFC 9113, section 8.3.2), laid down as the text of HTTP/1.1.
///
/// So one parser decides what an answer means, whatever protocol brought it. Where content follows whose length is not
/// declared, it is said to be chunked; where none follows, that its length is 0.
///
/// Holds a slab from ``begin(isTrailers:)`` to ``giveBack()``: while a header block comes in, and no longer.
public final class HTTP2AnswerText {
    private let text: HeadText
    private var isTrailers = false
    private var hasLength = false
    private var code = 0

    /// Makes an empty text.
    public init(buffers: BufferPool) {
        text = HeadText(buffers: buffers)
    }

    /// The status; 0 before it has come.
    public var status: Int { code }

    /// Begins a header block.
    ///
    /// - Parameter isTrailers: whether it is a trailer section, which has no status.
    public func begin(isTrailers: Bool) {
        text.begin()
        self.isTrailers = isTrailers
        hasLength = false
        code = 0
    }

    /// Gives the slab back.
    public func giveBack() {
        text.giveBack()
    }

    /// Takes a field; what is wrong with it is thrown by ``finish(_:)``.
    ///
    /// - Parameters:
    ///   - name: a token in lower case, or `:status`; nghttp2 has checked which may come when.
    ///   - value: without white space around it.
    /// - Returns: whether the connection may go on; not when more is decoded than any head may have.
    public func add(name: Span<UInt8>, value: Span<UInt8>) -> Bool {
        text.add(name: name, value: value) { (name, value) throws(HeadError) in try take(name: name, value: value) }
    }

    /// Remembers that a field was refused before it came here.
    public func refuse(name: Span<UInt8>) {
        text.refuse(name: name)
    }

    private func take(name: Span<UInt8>, value: Span<UInt8>) throws(HeadError) {
        if name.equals(":status") {
            // nghttp2 lets three digits pass only.
            for offset in value.indices { code = code * 10 + Int(value[offset] &- 0x30) }
            try text.put("HTTP/1.1 ")
            // Over HTTP/2 a protocol is not switched by 101 (RFC 9113, section 8.6).
            guard code != 101 else { throw HeadError(.statusLineMalformed, at: 0) }
            try text.put(value)
            return try text.put("\r\n")
        }
        if name.equals("content-length") { hasLength = true }
        try text.put(name: name, value: value)
    }

    /// Ends the head or the trailers.
    ///
    /// - Throws: the first thing that was wrong with the block.
    public func finish(_ following: AnswerFollowing) throws(HeadError) {
        try text.finish(isTrailers ? .nothing : following, hasLength: hasLength)
    }

    /// Ends the head of an answer that opens a WebSocket asked for by extended CONNECT (RFC 8441, section 5.1), as
    /// HTTP/1.1 says that: 101.
    ///
    /// - Parameter accepted: the value of `Sec-WebSocket-Accept`.
    public func finishSwitch(accepted: Span<UInt8>) throws(HeadError) {
        if let error = text.error { throw error }
        text.overwrite(at: 9, with: HeadText.digits(of: 101).span)
        try text.put("connection: upgrade\r\nupgrade: websocket\r\nsec-websocket-accept: ")
        try text.put(accepted)
        try text.put("\r\n\r\n")
    }

    /// Hands the text to `body`; after ``finish(_:)`` it is a whole head, or a whole trailer section.
    public func withText<Result, Failure: Error>(
        _ body: (Span<UInt8>) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        try text.withText(body)
    }
}
