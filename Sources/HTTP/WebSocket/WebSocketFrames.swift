/// Follows where the frames of a WebSocket begin and end, in one direction (RFC 6455, section 5.2).
///
/// Payload is counted, not looked at, so what is consumed costs one step for each frame in it. What is not a frame as
/// the RFC has it is nobody's business here and passes like anything else; but where frames end is not known from there
/// on.
///
/// ```
/// border ──▶ in a header ──▶ in a payload ──▶ border …
///                 └──▶ lost
/// ```
public struct WebSocketFrames: Sendable {
    private static let closeOpcode: UInt8 = 8
    private static let controlBytesMax: UInt64 = 125

    /// Whether frames are masked: those of clients are, those of servers are not (RFC 6455, section 5.1).
    private let isMasked: Bool
    /// Bytes of the current frame's header that have come, 0 at a border.
    private var headerCount = 0
    /// Bytes of the header, extended length and key included; known from its second byte on.
    private var headerSize = 2
    private var opcode: UInt8 = 0
    /// The length of the payload as far as it has been read, then the bytes of it that are still to come.
    private var payloadLeft: UInt64 = 0
    private var isLost = false
    private var hasClosed = false

    /// Begins before the first frame.
    public init(isMasked: Bool) {
        self.isMasked = isMasked
    }

    /// Whether a frame may be put in here: one has just ended, or none has begun, and none has said that it is the
    /// last.
    public var isAtBorder: Bool {
        headerCount == 0 && payloadLeft == 0 && !isLost && !hasClosed
    }

    /// Follows more bytes.
    public mutating func consume(_ bytes: Span<UInt8>) {
        var offset = 0
        while offset < bytes.count, !isLost {
            if headerCount < headerSize {
                takeHeader(bytes[offset])
                offset += 1
            } else {
                let step = min(payloadLeft, UInt64(bytes.count - offset))
                payloadLeft -= step
                offset += Int(step)
            }
            if headerCount == headerSize, payloadLeft == 0 { endFrame() }
        }
    }

    private mutating func takeHeader(_ byte: UInt8) {
        switch headerCount {
        case 0: takeFirst(byte)
        case 1: takeSecond(byte)
        default:
            // The masking key is behind the length.
            let keyBytes = isMasked ? 4 : 0
            if headerCount < headerSize - keyBytes { payloadLeft = payloadLeft << 8 | UInt64(byte) }
            if headerCount == headerSize - keyBytes - 1 { checkExtendedLength() }
        }
        headerCount += 1
    }

    /// FIN, three reserved bits and the opcode. The first reserved bit is that of permessage-deflate (RFC 7692).
    private mutating func takeFirst(_ byte: UInt8) {
        opcode = byte & 0x0F
        let isControl = opcode >= 8
        let isFinal = byte & 0x80 != 0
        isLost = byte & 0x30 != 0 || opcode & 7 > 2 || isControl && (!isFinal || byte & 0x40 != 0)
    }

    /// The bit of the mask, and the length or how many bytes it has.
    private mutating func takeSecond(_ byte: UInt8) {
        if (byte & 0x80 != 0) != isMasked { isLost = true }
        let length = byte & 0x7F
        if opcode >= 8, UInt64(length) > Self.controlBytesMax { isLost = true }
        headerSize = 2 + (isMasked ? 4 : 0)
        switch length {
        case 126: headerSize += 2
        case 127: headerSize += 8
        default: payloadLeft = UInt64(length)
        }
    }

    /// A length has as few bytes as it needs, and at most 63 bits.
    private mutating func checkExtendedLength() {
        let bytes = headerSize - 2 - (isMasked ? 4 : 0)
        if bytes == 2 ? payloadLeft < 126 : payloadLeft <= UInt64(UInt16.max) || payloadLeft > UInt64(Int64.max) {
            isLost = true
        }
    }

    private mutating func endFrame() {
        if opcode == Self.closeOpcode { hasClosed = true }
        headerCount = 0
        headerSize = 2
    }
}
