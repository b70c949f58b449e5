import Bytes

/// Reads the packets of AJP/1.3 that a member sends, wherever they are cut.
///
/// A value without memory of its own. Of content it tells ranges as it comes; every other packet must lie together, so
/// whoever reads needs a slab for as many bytes as a packet may have. No length that a member says is followed past the
/// packet that it stands in, nor a packet's past what packets may have.
///
///     head? ─▶ GET_BODY_CHUNK … ─▶ SEND_HEADERS ─▶ chunk … GET_BODY_CHUNK … ─▶ END_RESPONSE
///     ping ─▶ CPONG
public struct AJPReader: Sendable {
    private let packetBytes: Int
    private var phase = Phase.head
    /// Bytes of the chunk's content that are still to come.
    private var contentLeft = 0
    /// Whether the byte is still to come that ends a chunk's packet.
    private var hasTail = false
    /// Flushes since the last content.
    private var flushCount = 0

    private enum Phase: UInt8 {
        /// Waits for the answer to a ping.
        case pong
        /// Waits for the answer's head.
        case head
        case content
        /// The answer has ended, and the member keeps the connection.
        case kept
        /// The answer has ended, and the connection with it.
        case closed
    }

    /// Stands before an answer.
    ///
    /// - Parameter packetBytes: bytes of a packet at most, within ``Limits/ajpPacketBytes``.
    public init(packetBytes: Int) {
        precondition(Limits.ajpPacketBytes.contains(packetBytes), "no packets are as large")
        self.packetBytes = packetBytes
    }

    /// Stands before an answer again, on the same connection.
    public mutating func begin() {
        self = AJPReader(packetBytes: packetBytes)
    }

    /// Stands before the answer to a ping.
    public mutating func beginPing() {
        begin()
        phase = .pong
    }

    /// Whether the answer has ended and the member keeps the connection.
    public var mayBeKept: Bool { phase == .kept }

    /// Whether the answer has ended.
    public var hasEnded: Bool { phase == .kept || phase == .closed }

    /// The member has closed the connection.
    ///
    /// - Throws: where the answer has not ended: only the member can say that it has.
    public func finish() throws(RecordError) {
        guard hasEnded else { throw .truncated }
    }

    /// Takes what comes next.
    ///
    /// - Parameter bytes: what was received and not taken yet.
    /// - Throws: what is wrong; the connection must be closed.
    public mutating func next(in bytes: Span<UInt8>) throws(RecordError) -> RecordEvent {
        if contentLeft > 0 { return content(bytes, from: 0) }
        var offset = 0
        if hasTail {
            guard !bytes.isEmpty else { return .more(0) }
            guard bytes[0] == 0 else { throw .restInPacket }
            hasTail = false
            offset = 1
        }
        guard !hasEnded else {
            guard offset == bytes.count else { throw .behindEnd }
            return .more(offset)
        }
        return try packet(bytes, at: offset)
    }

    private mutating func content(_ bytes: Span<UInt8>, from start: Int) -> RecordEvent {
        guard start < bytes.count else { return .more(start) }
        let count = min(contentLeft, bytes.count - start)
        contentLeft -= count
        return .content(start..<(start + count))
    }

    private mutating func packet(_ bytes: Span<UInt8>, at start: Int) throws(RecordError) -> RecordEvent {
        let body = start + AJPCodes.headerBytes
        guard body <= bytes.count else { return .more(start) }
        guard bytes[start] == UInt8(ascii: "A"), bytes[start + 1] == UInt8(ascii: "B") else { throw .magicUnknown }
        let length = bytes.integer(at: start + 2)
        guard length <= packetBytes - AJPCodes.headerBytes else { throw .packetTooLarge }
        guard length > 0 else { throw .lengthWrong }
        guard body < bytes.count else { return .more(start) }
        let code = bytes[body]
        if phase == .pong, code != AJPCodes.pong { throw .typeUnexpected }
        let end = body + length
        switch code {
        case AJPCodes.bodyChunk: return try chunk(bytes, at: start, length)
        case AJPCodes.headers:
            guard phase == .head else { throw .headRepeated }
            guard end <= bytes.count else { return .more(start) }
            phase = .content
            return .head((body + 1)..<end)
        case AJPCodes.endResponse:
            guard length == 2 else { throw .lengthWrong }
            guard phase == .content else { throw .headMissing }
            guard end <= bytes.count else { return .more(start) }
            phase = bytes[body + 1] == 1 ? .kept : .closed
            return .end(next: end)
        case AJPCodes.getBodyChunk:
            guard length == 3 else { throw .lengthWrong }
            guard end <= bytes.count else { return .more(start) }
            return .wanted(bytes.integer(at: body + 1), next: end)
        case AJPCodes.pong:
            guard phase == .pong else { throw .pongUnasked }
            guard length == 1 else { throw .lengthWrong }
            phase = .head
            return .pong(next: end)
        default: throw .typeUnknown
        }
    }

    /// Begins a packet with content, behind which a NUL stands in most members' packets.
    private mutating func chunk(
        _ bytes: Span<UInt8>, at start: Int, _ length: Int
    ) throws(RecordError) -> RecordEvent {
        guard phase == .content else { throw .contentBeforeHead }
        guard length >= 3 else { throw .lengthWrong }
        let content = start + AJPCodes.headerBytes + 3
        guard content <= bytes.count else { return .more(start) }
        let count = bytes.integer(at: content - 2)
        guard count <= length - 3 else { throw .chunkPastPacket }
        guard length - 3 - count <= 1 else { throw .restInPacket }
        contentLeft = count
        hasTail = length - 3 - count == 1
        guard count == 0 else {
            flushCount = 0
            return self.content(bytes, from: content)
        }
        flushCount += 1
        guard flushCount <= Limits.flushesMax else { throw .tooManyFlushes }
        return .flush(next: content)
    }
}
