import Bytes

/// A request's head that comes field by field (RFC 9113, section 8.3), laid down as the text of HTTP/1.1.
///
/// So one parser decides what a head means, whatever protocol brought it, and what is decoded counts against the same
/// limits. Cookie crumbs are joined (section 8.2.3), `:authority` and `Host` must agree, and a request whose content
/// has no declared length is said to be chunked.
///
/// A WebSocket that is asked for by extended CONNECT (RFC 8441) becomes the `GET` with an `Upgrade` that HTTP/1.1 asks
/// with.
///
/// Holds slabs from ``begin(isTrailers:)`` to ``giveBack()``: while a header block comes in, and no longer.
public struct HTTP2RequestText: ~Copyable {
    private let buffers: BufferPool
    private var text: Buffer?
    private var cookies: Buffer?
    private var method = 0..<0
    private var path = 0..<0
    private var authority: Range<Int>?
    private var hasLength = false
    private var isTrailers = false
    private var isConnect = false
    private var crumbCount = 0
    /// Bytes of names and values that were decoded, taken or not, with what HPACK counts for each (RFC 7541, 4.1).
    private var decodedBytes = 0
    /// What is wrong with the block.
    private var error: HeadError?
    /// Whether the request asks for a WebSocket by extended CONNECT.
    public private(set) var asksForWebSocket = false
    /// Where the request line begins, behind what the pseudo-fields said; -1 while they still come.
    private var lineStart = -1

    /// Makes an empty text.
    public init(buffers: BufferPool) {
        self.buffers = buffers
    }

    /// Begins a header block.
    ///
    /// - Parameter isTrailers: whether it is a trailer section, which has no request line.
    public mutating func begin(isTrailers: Bool) {
        giveBack()
        self.isTrailers = isTrailers
        text = buffers.small()
        method = 0..<0
        path = 0..<0
        authority = nil
        hasLength = false
        isConnect = false
        crumbCount = 0
        decodedBytes = 0
        error = nil
        asksForWebSocket = false
        lineStart = -1
    }

    /// Gives the slabs back.
    public mutating func giveBack() {
        if let text = text.take() { buffers.giveBack(text) }
        if let cookies = cookies.take() { buffers.giveBack(cookies) }
    }

    /// Takes a field; what is wrong with it is thrown by ``finish(endsStream:webSocketKey:)``.
    ///
    /// - Parameters:
    ///   - name: a token in lower case, or a pseudo-field's name; nghttp2 has checked which may come when.
    ///   - value: without white space around it.
    /// - Returns: whether the connection may go on; not when more is decoded than any head may have, which a small
    ///   frame can ask for (RFC 7541, section 7.3).
    public mutating func add(name: Span<UInt8>, value: Span<UInt8>) -> Bool {
        decodedBytes += name.count + value.count + 32
        guard decodedBytes <= Limits.decodedBytesMax else { return false }
        guard error == nil else { return true }
        do throws(HeadError) {
            try take(name: name, value: value)
        } catch {
            self.error = error
        }
        return true
    }

    /// Remembers that a field was refused before it came here.
    public mutating func refuse() {
        if error == nil { error = HeadError(.fieldNameInvalid, at: 0) }
    }

    private mutating func take(name: Span<UInt8>, value: Span<UInt8>) throws(HeadError) {
        guard let text else { return }
        var offset = value.controlOffset(from: 0)
        while offset < value.count {
            guard value[offset] == 0x09 else { throw FieldTable.controlError(value, at: offset) }
            offset = value.controlOffset(from: offset + 1)
        }
        if name.count > 0, name[0] == UInt8(ascii: ":") { return try takePseudoField(name, value) }
        try beginFields()
        if name.equals("cookie"), !isTrailers { return try takeCrumb(value) }
        if name.equals("host"), let authority {
            let agrees = text.withReadable { $0.extracting(authority).equals(value) }
            guard agrees else { throw HeadError(.hostDisagrees, at: 0) }
            return
        }
        if name.equals("content-length") { hasLength = true }
        // Ours goes to the member.
        if asksForWebSocket, name.equals("sec-websocket-key") { return }
        try put(name)
        try put(": ")
        try put(value)
        try put("\r\n")
    }

    /// Ends the head.
    ///
    /// - Parameters:
    ///   - endsStream: whether no content follows.
    ///   - webSocketKey: the value of `Sec-WebSocket-Key` where ``asksForWebSocket``.
    /// - Throws: the first thing that was wrong with the block.
    public mutating func finish(endsStream: Bool, webSocketKey: Span<UInt8>) throws(HeadError) {
        if let error { throw error }
        try beginFields()
        if let cookies {
            try put("cookie: ")
            let target = try room(for: cookies.count)
            cookies.withReadable { _ = target.append($0) }
            try put("\r\n")
        }
        if asksForWebSocket {
            try put("connection: upgrade\r\nupgrade: websocket\r\nsec-websocket-key: ")
            try put(webSocketKey)
            try put("\r\n")
        } else if !endsStream, !hasLength, !isTrailers, !isConnect {
            try put("transfer-encoding: chunked\r\n")
        }
        try put("\r\n")
    }

    /// Hands the text to `body`; after ``finish(endsStream:webSocketKey:)`` it is a whole head.
    public borrowing func withText<Result, Failure: Error>(
        _ body: (Span<UInt8>) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        guard let text, lineStart >= 0 else { return try body(Span()) }
        return try text.withReadable { (bytes) throws(Failure) in try body(bytes.extracting(lineStart..<bytes.count)) }
    }

    private mutating func takePseudoField(_ name: Span<UInt8>, _ value: Span<UInt8>) throws(HeadError) {
        guard let text else { return }
        let start = text.count
        let range = start..<(start + value.count)
        try put(value)
        if name.equals(":method") {
            method = range
        } else if name.equals(":path") {
            path = range
        } else if name.equals(":authority") {
            authority = range
        } else if name.equals(":protocol") {
            guard value.equals("websocket") else { throw HeadError(.protocolUnsupported, at: 0) }
            asksForWebSocket = true
        }
    }

    /// Writes the request line, when the last pseudo-field has come.
    private mutating func beginFields() throws(HeadError) {
        guard lineStart < 0, let text else { return }
        lineStart = text.count
        guard !isTrailers else { return }
        let method = method
        isConnect = text.withReadable { $0.extracting(method).equals("CONNECT") }
        if asksForWebSocket { try put("GET") } else { try put(copyOf: method) }
        try put(" ")
        // CONNECT has an authority in place of a path (RFC 9113, section 8.5).
        if !path.isEmpty { try put(copyOf: path) } else if let authority { try put(copyOf: authority) }
        try put(" HTTP/1.1\r\n")
        guard let authority else { return }
        try put("host: ")
        try put(copyOf: authority)
        try put("\r\n")
    }

    private mutating func takeCrumb(_ value: Span<UInt8>) throws(HeadError) {
        crumbCount += 1
        guard crumbCount <= Limits.cookieCrumbsMax else {
            throw HeadError(.tooManyFields, at: 0, limit: Limits.cookieCrumbsMax)
        }
        let old = cookies ?? buffers.small()
        cookies = old
        let separator = old.isEmpty ? 0 : 2
        var crumbs = old
        if old.room < value.count + separator {
            guard old.capacity < BufferPool.largeBytes else {
                throw HeadError(.headTooLarge, at: 0, limit: Limits.headBytesCeiling)
            }
            crumbs = buffers.large()
            crumbs.append(contentsOf: old)
            buffers.giveBack(old)
            cookies = crumbs
        }
        let fits = crumbs.append { (output: inout OutputSpan<UInt8>) in
            (separator == 0 || output.append(copying: "; ")) && output.append(copying: value)
        }
        guard fits else { throw HeadError(.headTooLarge, at: 0, limit: Limits.headBytesCeiling) }
    }

    // MARK: - The slab

    private mutating func put(_ bytes: Span<UInt8>) throws(HeadError) {
        _ = try room(for: bytes.count).append(bytes)
    }

    private mutating func put(_ constant: StaticString) throws(HeadError) {
        try room(for: constant.utf8CodeUnitCount).append { (output: inout OutputSpan<UInt8>) in
            _ = output.append(copying: constant)
        }
    }

    private mutating func put(copyOf range: Range<Int>) throws(HeadError) {
        _ = try room(for: range.count).append(copyOf: range)
    }

    /// The slab, a large one if need be, with that much room.
    private mutating func room(for count: Int) throws(HeadError) -> Buffer {
        guard let text else { preconditionFailure("a header block has begun") }
        if text.room >= count { return text }
        guard text.capacity < BufferPool.largeBytes, text.count + count <= BufferPool.largeBytes else {
            throw HeadError(.headTooLarge, at: 0, limit: Limits.headBytesCeiling)
        }
        let larger = buffers.large()
        larger.append(contentsOf: text)
        buffers.giveBack(text)
        self.text = larger
        return larger
    }
}
