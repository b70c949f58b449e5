import CNGHTTP2

/// What a server must refuse about frames and nghttp2 1.52 lets pass.
struct HTTP2FrameCheck {
    /// Bytes that a frame's payload may have: no other number is announced (RFC 9113, section 6.5.2).
    private static let payloadBytesMax = 16_384

    /// The highest number that a stream of the client's has had.
    private(set) var highestStream: Int32 = 0
    /// Streams that the client has left out, and so closed, when it last left any out.
    private var skipped: Range<Int32> = 0..<0

    /// Looks at a frame's header.
    ///
    /// - Returns: the connection error that it is, or `nil`.
    mutating func check(_ header: HTTP2FrameHeader) -> HTTP2ErrorCode? {
        switch UInt32(header.type) {
        case NGHTTP2_CONTINUATION.rawValue:
            // RFC 9113, section 4.2.
            return header.length > Self.payloadBytesMax ? .frameSize : nil
        case NGHTTP2_PRIORITY.rawValue:
            // RFC 9113, section 6.3.
            return header.stream == 0 ? .protocolError : nil
        case NGHTTP2_HEADERS.rawValue:
            return isNew(header.stream) ? nil : .protocolError
        default:
            return nil
        }
    }

    /// Whether a stream of the client's has begun, be it over.
    func hasBegun(_ stream: Int32) -> Bool {
        stream & 1 == 1 && stream <= highestStream && !skipped.contains(stream)
    }

    /// Whether a stream may begin, or may have begun (RFC 9113, section 5.1.1).
    private mutating func isNew(_ stream: Int32) -> Bool {
        guard stream > highestStream else { return !skipped.contains(stream) }
        if stream > highestStream + 2 { skipped = (highestStream + 1)..<stream }
        highestStream = stream
        return true
    }
}
