import Bytes
import CNGHTTP2

/// One end of an HTTP/2 connection without I/O (RFC 9113), on nghttp2.
///
/// Bytes go in by ``receive(_:)`` and come out by ``produce(into:)``; in between the owner of a server's end is told of
/// requests and submits answers, and that of a client's end the other way round. Content is never kept here: it is
/// written into DATA frames from where it lies. Belongs to one worker.
///
/// Safe because nghttp2's session lives as long as the object, the callbacks recover the object from a pointer that is
/// used only within calls on it, and spans over nghttp2's bytes are handed out for the time of one callback only.
@safe
public final class HTTP2Session {
    /// How a stream goes on that has no content to send.
    public enum NextContent {
        /// More comes later.
        case later
        /// It ends here.
        case end
        /// Trailers follow, which were submitted.
        case trailers
    }

    /// Content that lies with the caller while it is sent.
    @unsafe struct Offer {
        let stream: Int32
        let content: UnsafeBufferPointer<UInt8>
        let isLast: Bool
        var taken = 0
    }

    /// Whom the session tells, in memory of its own that is lent for each call: a property of the session would be
    /// retained and released around each of them, which are twelve a request.
    private struct Owner: ~Copyable {
        let object: any HTTP2SessionOwner

        @inline(__always)
        borrowing func tell<Result>(_ body: (any HTTP2SessionOwner) -> Result) -> Result { body(object) }
    }

    /// Which end of the connection it is.
    public enum Role: Sendable {
        case server, client
    }

    /// Settings that are told to the other end (RFC 9113, section 6.5.2).
    public struct Settings: Sendable {
        /// Streams that the other end may open; to members 0, since they may push nothing.
        public var maxConcurrentStreams: UInt32
        /// Bytes that a stream may send before they are consumed.
        public var initialWindowBytes: UInt32
        /// Bytes that all streams together may send before they are consumed.
        public var connectionWindowBytes: UInt32
        /// Bytes of a decoded head, 32 counted for each field.
        public var maxHeaderListBytes: UInt32

        /// Makes settings.
        public init(
            maxConcurrentStreams: UInt32, initialWindowBytes: UInt32, connectionWindowBytes: UInt32,
            maxHeaderListBytes: UInt32
        ) {
            self.maxConcurrentStreams = maxConcurrentStreams
            self.initialWindowBytes = initialWindowBytes
            self.connectionWindowBytes = connectionWindowBytes
            self.maxHeaderListBytes = maxHeaderListBytes
        }
    }

    private static let noFlags = UInt8(NGHTTP2_FLAG_NONE.rawValue)

    let role: Role
    let pointer: OpaquePointer
    /// Set by ``begin(for:)``, before anything comes in or goes out. Safe because the owner owns the session: it cannot
    /// be gone while it calls it, and it is not called otherwise.
    private var owner: UnsafePointer<Owner>?
    /// Where frames go while ``produce(into:)`` runs, whose caller has it.
    private var output: Unmanaged<Buffer>?
    /// A frame that nghttp2 has made and for which there was no room.
    private var pending: UnsafeBufferPointer<UInt8>
    /// What ``send(_:on:isLast:through:)`` sends.
    var offer: Offer?
    /// Whether a DATA frame found no room.
    var lacksRoom = false
    /// Frames of the other end that cost little and that what this end has sent accounts for: windows that are opened
    /// again and pings that measure the way, as gRPC's clients send them behind each message.
    var allowance = 0
    /// What nghttp2 would let pass.
    var frameCheck = HTTP2FrameCheck()
    var streamEnds = HTTP2StreamEnds()
    /// Bytes that may still come on streams that this end has reset.
    var strayBytes = 0
    private var walker: HTTP2FrameWalker
    /// What may still be done for the other end in this turn; see ``allot(_:)``.
    private var allotment = 0
    /// What the connection is to end with, when nghttp2 has not ended it.
    private(set) var error = HTTP2ErrorCode.enhanceYourCalm

    /// Makes a session; its settings are the first thing that it produces.
    public init(role: Role, settings: Settings) {
        self.role = role
        walker = HTTP2FrameWalker(hasPreface: role == .server)
        unsafe pending = UnsafeBufferPointer(start: nil, count: 0)
        var made: OpaquePointer?
        // The session's pointer to this object is set below, when all of it is initialized.
        let result =
            switch role {
            case .server:
                unsafe nghttp2_session_server_new2(&made, HTTP2Callbacks.callbacks, nil, HTTP2Callbacks.options)
            case .client:
                unsafe nghttp2_session_client_new2(&made, HTTP2Callbacks.callbacks, nil, HTTP2Callbacks.options)
            }
        guard result == 0, let made = unsafe made else { preconditionFailure("no memory for an HTTP/2 session") }
        unsafe pointer = unsafe made
        unsafe nghttp2_session_set_user_data(made, Unmanaged.passUnretained(self).toOpaque())
        submit(settings)
    }

    deinit {
        unsafe nghttp2_session_del(pointer)
        unsafe owner?.deallocate()
    }

    /// Names who is told of what comes in.
    ///
    /// - Parameter owner: outlives the session.
    public func begin(for owner: any HTTP2SessionOwner) {
        unsafe precondition(self.owner == nil, "a session has one owner")
        let place = UnsafeMutablePointer<Owner>.allocate(capacity: 1)
        unsafe place.initialize(to: Owner(object: owner))
        // A reference that counts would keep the owner for ever.
        unsafe Unmanaged.passUnretained(owner as AnyObject).release()
        unsafe self.owner = UnsafePointer(place)
    }

    /// Hands the owner to `body`.
    ///
    /// - Returns: `nil` without an owner.
    @inline(__always)
    @discardableResult
    func tell<Result>(_ body: (any HTTP2SessionOwner) -> Result) -> Result? {
        unsafe owner?.pointee.tell(body)
    }

    /// Whether there is anything left to receive or to send; if not, the connection is to be closed.
    public var isAlive: Bool {
        unsafe nghttp2_session_want_read(pointer) != 0 || nghttp2_session_want_write(pointer) != 0
    }

    /// Says how much may be received from here on.
    ///
    /// - Parameter bytes: of input; a frame counts for more than it has, by what it makes this end do.
    public func allot(_ bytes: Int) {
        allotment = bytes
    }

    /// Counts what was done for the other end beside receiving it.
    public func spend(_ bytes: Int) {
        allotment -= bytes
    }

    /// Whether anything may still be received.
    public var hasAllotment: Bool { allotment > 0 }

    /// Takes received bytes, up to the end of the frame with which the allotment is used up.
    ///
    /// - Returns: how many bytes were taken, and what to end the connection with (``terminate(_:)``); `nil` while the
    ///   session goes on.
    public func receive(_ bytes: Span<UInt8>) -> (taken: Int, error: HTTP2ErrorCode?) {
        // Copied out and in: an access that spans the call would be checked for exclusivity at run time.
        var walker = walker
        defer { self.walker = walker }
        // Where nghttp2 is.
        var fed = 0
        var offset = walker.passPayload(in: bytes, from: 0)
        while hasAllotment, let header = walker.takeHeader(in: bytes, from: &offset) {
            spend(Self.cost(of: header))
            if role == .server {
                let start = max(fed, offset - HTTP2FrameWalker.headerBytes)
                if dependsOnStream(header), start > fed {
                    if let error = feed(bytes.extracting(fed..<start)) { return (start, error) }
                    fed = start
                }
                if let error = look(at: header) { return (offset, error) }
            }
            offset = walker.passPayload(in: bytes, from: offset)
        }
        return (offset, fed < offset ? feed(bytes.extracting(fed..<offset)) : nil)
    }

    private func feed(_ bytes: Span<UInt8>) -> HTTP2ErrorCode? {
        unsafe bytes.withUnsafeBufferPointer { source in
            let result = unsafe nghttp2_session_mem_recv(pointer, source.baseAddress, source.count)
            if result == Int(NGHTTP2_ERR_BAD_CLIENT_MAGIC.rawValue) { return .protocolError }
            return result == source.count ? nil : error
        }
    }

    /// Makes ``receive(_:)`` stop at the frame that it is at.
    ///
    /// - Returns: what the callback that says so returns.
    func fail(_ error: HTTP2ErrorCode) -> Int32 {
        self.error = error
        return Int32(NGHTTP2_ERR_CALLBACK_FAILURE.rawValue)
    }

    /// Appends what there is to send, as far as there is room.
    ///
    /// - Returns: whether that was all; if not, call again with more room.
    public func produce(into output: Buffer) -> Bool {
        unsafe self.output = Unmanaged.passUnretained(output)
        lacksRoom = false
        defer { unsafe self.output = nil }
        while true {
            guard writePending(to: output) else { return false }
            var data: UnsafePointer<UInt8>?
            let count = unsafe nghttp2_session_mem_send(pointer, &data)
            guard count > 0 else { return !lacksRoom }
            unsafe pending = UnsafeBufferPointer(start: data, count: count)
        }
    }

    /// Lends where frames go.
    ///
    /// - Returns: `nil` while nothing is produced.
    @inline(__always)
    func withOutput<Result>(_ body: (Buffer) -> Result) -> Result? {
        guard let output = unsafe output else { return nil }
        return unsafe output._withUnsafeGuaranteedRef(body)
    }

    /// nghttp2's bytes stay where they are until it is asked for more.
    private func writePending(to output: Buffer) -> Bool {
        guard unsafe !pending.isEmpty else { return true }
        let taken = unsafe output.append(pending.span)
        unsafe pending = UnsafeBufferPointer(rebasing: pending[taken...])
        return unsafe pending.isEmpty
    }

    /// Sends content of a stream from where it lies, behind everything else that there is to send.
    ///
    /// - Parameters:
    ///   - isLast: whether the stream ends with it.
    ///   - output: gives a slab with room, after it has sent what the last one holds; `nil` when nothing more can be
    ///     sent.
    /// - Returns: how many bytes were taken. When it is fewer than given, the owner is told by
    ///   ``HTTP2SessionOwner/onContentWanted(of:)`` when to go on.
    public func send(
        _ content: Span<UInt8>, on stream: Int32, isLast: Bool, through output: () -> Buffer?
    ) -> Int {
        unsafe content.withUnsafeBufferPointer { source in
            unsafe offer = Offer(stream: stream, content: source, isLast: isLast)
            defer { unsafe offer = nil }
            resume(stream)
            while let buffer = output(), !produce(into: buffer) {}
            return unsafe offer?.taken ?? 0
        }
    }

    // MARK: - The other end

    /// Whether a client's end may still begin streams: not when the server has sent GOAWAY.
    public var mayOpenStreams: Bool {
        unsafe nghttp2_session_check_request_allowed(pointer) != 0
    }

    /// Streams that the other end lets us have open; before its settings have come, what RFC 9113 recommends at least.
    public var streamsMax: Int {
        Int(unsafe nghttp2_session_get_remote_settings(pointer, NGHTTP2_SETTINGS_MAX_CONCURRENT_STREAMS))
    }

    /// Whether the other end takes extended CONNECT (RFC 8441, section 3).
    public var takesExtendedConnect: Bool {
        unsafe nghttp2_session_get_remote_settings(pointer, NGHTTP2_SETTINGS_ENABLE_CONNECT_PROTOCOL) == 1
    }

    // MARK: - What is sent

    /// Begins a stream with a request.
    ///
    /// - Parameters:
    ///   - head: the bytes that `request` was made of.
    ///   - hasContent: whether content follows, which ``send(_:on:isLast:through:)`` sends.
    /// - Returns: the stream's number; `nil` when there are none left.
    public func submit(_ request: WrittenRequest, of head: Span<UInt8>, hasContent: Bool) -> Int32? {
        var provider = unsafe nghttp2_data_provider()
        unsafe provider.read_callback = HTTP2Callbacks.readContent
        var stream: Int32 = -1
        unsafe HTTP2FieldList.with(request, of: head) { list, count in
            stream =
                hasContent
                ? unsafe nghttp2_submit_request(pointer, nil, list, count, &provider, nil)
                : unsafe nghttp2_submit_request(pointer, nil, list, count, nil, nil)
        }
        return stream > 0 ? stream : nil
    }

    /// Begins the answer of a stream.
    ///
    /// - Parameters:
    ///   - status: 200 ... 599.
    ///   - fields: field lines as HTTP/1.1 writes them, each with its CR LF; names in any case.
    ///   - hasContent: whether content follows, which ``send(_:on:isLast:through:)`` sends.
    public func submitHead(stream: Int32, status: Int, fields: Span<UInt8>, hasContent: Bool) {
        var provider = unsafe nghttp2_data_provider()
        unsafe provider.read_callback = HTTP2Callbacks.readContent
        unsafe HTTP2FieldList.with(status: status, lines: fields) { list, count in
            _ =
                hasContent
                ? unsafe nghttp2_submit_response(pointer, stream, list, count, &provider)
                : unsafe nghttp2_submit_response(pointer, stream, list, count, nil)
        }
    }

    /// Sends a head that precedes the answer's (RFC 9113, section 8.1).
    ///
    /// - Parameter status: 100 ... 199 but 101.
    public func submitInterim(stream: Int32, status: Int, fields: Span<UInt8>) {
        unsafe HTTP2FieldList.with(status: status, lines: fields) { list, count in
            _ = unsafe nghttp2_submit_headers(
                pointer, Self.noFlags, stream, nil, list, count, nil)
        }
    }

    /// Sends trailers, which end the stream, behind its content.
    public func submitTrailers(stream: Int32, fields: Span<UInt8>) {
        unsafe HTTP2FieldList.with(status: nil, lines: fields) { list, count in
            _ = unsafe nghttp2_submit_trailer(pointer, stream, list, count)
        }
    }

    /// There is content again for a stream that had none.
    public func resume(_ stream: Int32) {
        _ = unsafe nghttp2_session_resume_data(pointer, stream)
    }

    /// Opens the windows again by content that was passed on.
    public func consume(_ count: Int, of stream: Int32) {
        _ = unsafe nghttp2_session_consume(pointer, stream, count)
    }

    /// Opens the connection's window again by content that nobody wants: its stream gets no more of it.
    public func consume(_ count: Int) {
        _ = unsafe nghttp2_session_consume_connection(pointer, count)
    }

    /// Ends a stream at once (RST_STREAM).
    public func reset(_ stream: Int32, _ code: HTTP2ErrorCode) {
        _ = unsafe nghttp2_submit_rst_stream(pointer, Self.noFlags, stream, code.rawValue)
    }

    /// Announces that no further streams are taken, without yet saying which was the last (RFC 9113, section 6.8).
    public func announceEnd() {
        _ = unsafe nghttp2_submit_shutdown_notice(pointer)
    }

    /// Takes no further streams; those that are open go on.
    public func endStreams() {
        _ = unsafe nghttp2_submit_goaway(
            pointer, Self.noFlags, nghttp2_session_get_last_proc_stream_id(pointer),
            UInt32(NGHTTP2_NO_ERROR.rawValue), nil, 0)
    }

    /// Ends the connection at once: the GOAWAY is the last thing that it produces.
    public func terminate(_ code: HTTP2ErrorCode) {
        _ = unsafe nghttp2_session_terminate_session(pointer, code.rawValue)
    }

    private func submit(_ settings: Settings) {
        var entries: InlineArray<5, nghttp2_settings_entry> = [
            Self.entry(NGHTTP2_SETTINGS_MAX_CONCURRENT_STREAMS, settings.maxConcurrentStreams),
            Self.entry(NGHTTP2_SETTINGS_INITIAL_WINDOW_SIZE, settings.initialWindowBytes),
            Self.entry(NGHTTP2_SETTINGS_MAX_HEADER_LIST_SIZE, settings.maxHeaderListBytes),
            // Priorities are those of RFC 9218.
            Self.entry(NGHTTP2_SETTINGS_NO_RFC7540_PRIORITIES, 1),
            // A server takes WebSockets (RFC 8441), a client no pushes.
            role == .server
                ? Self.entry(NGHTTP2_SETTINGS_ENABLE_CONNECT_PROTOCOL, 1) : Self.entry(NGHTTP2_SETTINGS_ENABLE_PUSH, 0),
        ]
        unsafe withUnsafeMutableBytes(of: &entries) { bytes in
            let list = unsafe bytes.baseAddress?.assumingMemoryBound(to: nghttp2_settings_entry.self)
            _ = unsafe nghttp2_submit_settings(pointer, Self.noFlags, list, 5)
        }
        _ = unsafe nghttp2_session_set_local_window_size(
            pointer, Self.noFlags, 0, Int32(settings.connectionWindowBytes))
    }

    private static func entry(_ key: nghttp2_settings_id, _ value: UInt32) -> nghttp2_settings_entry {
        nghttp2_settings_entry(settings_id: Int32(key.rawValue), value: value)
    }
}
