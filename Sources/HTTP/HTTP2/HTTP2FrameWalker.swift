/// The header of a frame (RFC 9113, section 4.1).
struct HTTP2FrameHeader {
    /// Bytes of the payload.
    let length: Int
    /// The frame's type, known or not.
    let type: UInt8
    let flags: UInt8
    let stream: Int32
}

/// Finds the frames in what the other end has sent, piece by piece.
///
/// nghttp2 does not tell of frames that it passes over: unknown types, and whatever comes on a stream that is no more.
struct HTTP2FrameWalker {
    /// Bytes of a frame's header.
    static let headerBytes = 9
    /// Bytes that a client sends before its first frame (RFC 9113, section 3.4).
    private static let prefaceBytes = 24

    /// Bytes until the next header: what is left of a payload, or of the preface.
    private var leftBytes: Int
    /// What has come of the header.
    private var header = InlineArray<9, UInt8>(repeating: 0)
    private var headerCount = 0

    /// Begins with what the other end of a connection sends first.
    ///
    /// - Parameter hasPreface: whether that end is a client.
    init(hasPreface: Bool) {
        leftBytes = hasPreface ? Self.prefaceBytes : 0
    }

    /// Passes over what is left of the last frame.
    ///
    /// - Returns: the offset at which the next header begins, or goes on, or the end of the bytes.
    mutating func passPayload(in bytes: Span<UInt8>, from offset: Int) -> Int {
        let count = min(leftBytes, bytes.count - offset)
        leftBytes -= count
        return offset + count
    }

    /// Takes the next header.
    ///
    /// - Parameter offset: where it begins or goes on; afterwards behind what has come of it.
    /// - Returns: `nil` while it has not come whole.
    mutating func takeHeader(in bytes: Span<UInt8>, from offset: inout Int) -> HTTP2FrameHeader? {
        while headerCount < Self.headerBytes {
            guard offset < bytes.count else { return nil }
            header[headerCount] = bytes[offset]
            headerCount += 1
            offset += 1
        }
        headerCount = 0
        leftBytes = Int(header[0]) << 16 | Int(header[1]) << 8 | Int(header[2])
        let stream = (5..<9).reduce(UInt32(0)) { $0 << 8 | UInt32(header[$1]) }
        return HTTP2FrameHeader(
            length: leftBytes, type: header[3], flags: header[4], stream: Int32(stream & 0x7fff_ffff))
    }
}
