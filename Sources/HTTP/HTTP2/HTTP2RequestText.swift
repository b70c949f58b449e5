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
public final class HTTP2RequestText {
    private let text: HeadText
    private let cookies: HeadText
    private var method = 0..<0
    private var path = 0..<0
    private var authority: Range<Int>?
    private var hasLength = false
    private var isTrailers = false
    private var isConnect = false
    private var crumbCount = 0
    private var isWebSocket = false
    /// Where the request line begins, behind what the pseudo-fields said; -1 while they still come.
    private var lineStart = -1

    /// Makes an empty text.
    public init(buffers: BufferPool) {
        text = HeadText(buffers: buffers)
        cookies = HeadText(buffers: buffers)
    }

    /// Whether the request asks for a WebSocket by extended CONNECT.
    public var asksForWebSocket: Bool { isWebSocket }

    /// Begins a header block.
    ///
    /// - Parameter isTrailers: whether it is a trailer section, which has no request line.
    public func begin(isTrailers: Bool) {
        cookies.giveBack()
        text.begin()
        self.isTrailers = isTrailers
        method = 0..<0
        path = 0..<0
        authority = nil
        hasLength = false
        isConnect = false
        crumbCount = 0
        isWebSocket = false
        lineStart = -1
    }

    /// Gives the slabs back.
    public func giveBack() {
        text.giveBack()
        cookies.giveBack()
    }

    /// Takes a field; what is wrong with it is thrown by ``finish(endsStream:webSocketKey:)``.
    ///
    /// - Parameters:
    ///   - name: a token in lower case, or a pseudo-field's name; nghttp2 has checked which may come when.
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
        if name.count > 0, name[0] == UInt8(ascii: ":") { return try takePseudoField(name, value) }
        try beginFields()
        if name.equals("cookie"), !isTrailers { return try takeCrumb(value) }
        if name.equals("host"), let authority {
            let agrees = text.withText { $0.extracting(authority).equals(value) }
            guard agrees else { throw HeadError(.hostDisagrees, at: 0) }
            return
        }
        if name.equals("content-length") { hasLength = true }
        // Ours goes to the member.
        if isWebSocket, name.equals("sec-websocket-key") { return }
        try text.put(name: name, value: value)
    }

    /// Ends the head.
    ///
    /// - Parameters:
    ///   - endsStream: whether no content follows.
    ///   - webSocketKey: the value of `Sec-WebSocket-Key` where ``asksForWebSocket``.
    /// - Throws: the first thing that was wrong with the block.
    public func finish(endsStream: Bool, webSocketKey: Span<UInt8>) throws(HeadError) {
        if let error = text.error { throw error }
        try beginFields()
        if cookies.isLent {
            try text.put("cookie: ")
            try text.put(contentsOf: cookies)
            try text.put("\r\n")
        }
        if isWebSocket {
            try text.put("connection: upgrade\r\nupgrade: websocket\r\nsec-websocket-key: ")
            try text.put(webSocketKey)
            try text.put("\r\n")
        } else if !endsStream, !hasLength, !isTrailers, !isConnect {
            try text.put("transfer-encoding: chunked\r\n")
        }
        try text.put("\r\n")
    }

    /// Hands the text to `body`; after ``finish(endsStream:webSocketKey:)`` it is a whole head.
    public func withText<Result, Failure: Error>(
        _ body: (Span<UInt8>) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        guard text.isLent, lineStart >= 0 else { return try body(Span()) }
        return try text.withText { (bytes) throws(Failure) in try body(bytes.extracting(lineStart..<bytes.count)) }
    }

    private func takePseudoField(_ name: Span<UInt8>, _ value: Span<UInt8>) throws(HeadError) {
        switch name.count {
        case 5 where name.equals(":path"): path = try keep(value)
        case 7 where name.equals(":method"): method = try keep(value)
        case 10 where name.equals(":authority"): authority = try keep(value)
        case 9 where name.equals(":protocol"):
            guard value.equals("websocket") else { throw HeadError(.protocolUnsupported, at: 0) }
            isWebSocket = true
        default: break
        }
    }

    /// Keeps what a pseudo-field says before the head.
    ///
    /// - Returns: where it lies.
    private func keep(_ value: Span<UInt8>) throws(HeadError) -> Range<Int> {
        let slab = try text.room(for: value.count)
        let start = slab.count
        _ = slab.append(value)
        return start..<(start + value.count)
    }

    /// Writes the request line, when the last pseudo-field has come.
    private func beginFields() throws(HeadError) {
        guard lineStart < 0 else { return }
        lineStart = text.count
        guard !isTrailers else { return }
        // CONNECT has an authority in place of a path (RFC 9113, section 8.5).
        let target = path.isEmpty ? authority ?? path : path
        let slab = try text.room(for: method.count + target.count + (authority?.count ?? 0) + Self.lineBytes)
        isConnect = slab.withReadable { $0.extracting(method).equals("CONNECT") }
        _ = isWebSocket ? slab.append("GET") : slab.append(copyOf: method)
        _ = slab.append(" ")
        _ = slab.append(copyOf: target)
        _ = slab.append(" HTTP/1.1\r\n")
        guard let authority else { return }
        _ = slab.append("host: ")
        _ = slab.append(copyOf: authority)
        _ = slab.append("\r\n")
    }

    /// Bytes of a request line and of `Host` beside what they say, with the method of a WebSocket.
    private static let lineBytes = 23

    private func takeCrumb(_ value: Span<UInt8>) throws(HeadError) {
        crumbCount += 1
        guard crumbCount <= Limits.cookieCrumbsMax else {
            throw HeadError(.tooManyFields, at: 0, limit: Limits.cookieCrumbsMax)
        }
        if !cookies.isLent { cookies.begin() }
        if cookies.count > 0 { try cookies.put("; ") }
        try cookies.put(value)
    }
}
