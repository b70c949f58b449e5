import CNGHTTP2

/// Each frame of the other end is looked at before nghttp2 gets it: what it costs, whether it is abuse when it comes
/// often, and whether its stream is over (RFC 9113, section 5.1), of which nghttp2 says nothing.
extension HTTP2Session {
    /// Bytes of input that a header block is worth: it is decoded, parsed and answered.
    private static let blockCost = 1536
    /// Bytes of input that a frame of content is worth beside what is in it: it is written to a member.
    private static let contentCost = 256
    /// Bytes of input that another frame is worth.
    private static let frameCost = 64

    /// What a frame costs of what may be done in a turn (``allot(_:)``).
    static func cost(of header: HTTP2FrameHeader) -> Int {
        switch UInt32(header.type) {
        case NGHTTP2_HEADERS.rawValue: header.length + blockCost
        case NGHTTP2_DATA.rawValue: header.length + contentCost
        default: header.length + frameCost
        }
    }

    /// Whether what is said of a frame depends on what nghttp2 makes of those before it.
    func dependsOnStream(_ header: HTTP2FrameHeader) -> Bool {
        switch UInt32(header.type) {
        case NGHTTP2_HEADERS.rawValue: header.stream <= frameCheck.highestStream
        case NGHTTP2_DATA.rawValue, NGHTTP2_RST_STREAM.rawValue: true
        default: false
        }
    }

    /// Looks at a frame of a client's that nghttp2 is about to get.
    ///
    /// - Returns: the connection error that it is, or `nil`.
    func look(at header: HTTP2FrameHeader) -> HTTP2ErrorCode? {
        let previousStream = frameCheck.highestStream
        if let error = frameCheck.check(header) { return error }
        let isAcknowledgement = header.flags & UInt8(NGHTTP2_FLAG_ACK.rawValue) != 0
        let endsStream = header.flags & UInt8(NGHTTP2_FLAG_END_STREAM.rawValue) != 0
        switch UInt32(header.type) {
        case NGHTTP2_HEADERS.rawValue:
            if header.length == 0 { count(.emptyFrame) }
            guard header.stream > previousStream else { return lookForStream(of: header) }
            allow(Self.allowancePerStream)
        case NGHTTP2_DATA.rawValue:
            if header.length == 0, !endsStream { count(.emptyFrame) }
            return lookForStream(of: header)
        case NGHTTP2_RST_STREAM.rawValue:
            count(.reset)
            if isOpen(header.stream) { streamEnds.note(header.stream, .byReset) }
        case NGHTTP2_SETTINGS.rawValue:
            // nghttp2 refuses one that acknowledges nothing.
            if !isAcknowledgement { count(.settings) }
        case NGHTTP2_PING.rawValue:
            // This end sends none that could be acknowledged.
            if isAcknowledgement { count(.acknowledgement) } else if !isAllowed() { count(.ping) }
        case NGHTTP2_WINDOW_UPDATE.rawValue: if !isAllowed() { count(.window) }
        case NGHTTP2_CONTINUATION.rawValue: count(.continuation)
        case NGHTTP2_PRIORITY.rawValue, NGHTTP2_PRIORITY_UPDATE.rawValue: count(.priority)
        case NGHTTP2_GOAWAY.rawValue: count(.goAway)
        case NGHTTP2_PUSH_PROMISE.rawValue: break
        default: if !isAllowed() { count(.unknownFrame) }
        }
        return nil
    }

    private func count(_ glitch: HTTP2Glitch) {
        tell { $0.onGlitch(glitch) }
    }

    // MARK: - Streams that are over

    /// Looks whether a frame's stream is over, and answers as RFC 9113, section 5.1 wants it.
    private func lookForStream(of header: HTTP2FrameHeader) -> HTTP2ErrorCode? {
        let stream = header.stream
        guard frameCheck.hasBegun(stream), !isOpen(stream) else { return nil }
        switch streamEnds[stream] {
        case .inOrder:
            return .streamClosed
        case .byReset:
            // Said once; what follows is counted.
            streamEnds.forget(stream)
            reset(stream, .streamClosed)
        case nil:
            // Under way when this end gave the stream up, or refused it.
            strayBytes -= max(header.length, Self.contentCost)
            guard strayBytes < 0 else { break }
            strayBytes = 0
            count(.strayFrame)
        }
        return nil
    }

    /// This end has reset a stream: what its client has sent meanwhile is no glitch, up to a window of it.
    func awaitStrays() {
        strayBytes = min(strayBytes + Self.strayBytesPerStream, Self.strayBytesMax)
    }

    private static let strayBytesPerStream = 65_535
    private static let strayBytesMax = 128 * strayBytesPerStream

    /// A stream is over: remembers whether its client has ended it.
    func noteEnd(of stream: Int32) {
        guard unsafe nghttp2_session_get_stream_remote_close(pointer, stream) == 1, !streamEnds.isLast(stream)
        else { return }
        streamEnds.note(stream, .inOrder)
    }

    private func isOpen(_ stream: Int32) -> Bool {
        unsafe nghttp2_session_get_stream_remote_close(pointer, stream) >= 0
    }

    // MARK: - What is accounted for

    /// Bytes of window that are worth a frame.
    static let incrementBytesMin = 64
    /// Frames that a frame of content is answered by: its stream's window, the connection's, a ping.
    static let allowancePerFrame = 3
    /// Frames that come with a request: windows that are larger from the start on, one of a type that nobody knows
    /// (RFC 9113, section 5.5, as browsers send to keep servers tolerant).
    private static let allowancePerStream = 3
    /// More than what fits into a client's window of 16 MiB is answered by.
    private static let allowanceMax = 4096

    /// Accounts for frames of the other end.
    func allow(_ count: Int) {
        allowance = min(allowance + count, Self.allowanceMax)
    }

    private func isAllowed() -> Bool {
        guard allowance > 0 else { return false }
        allowance -= 1
        return true
    }
}
