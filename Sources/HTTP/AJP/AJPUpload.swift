import Bytes

/// How a request's content goes to a member that speaks AJP/1.3: it asks for each packet of it.
///
/// For content of a length that was said, the member waits for the first packet without asking. Behind the end of the
/// content each packet that it asks for is empty. A value without memory of its own.
///
///     begin ──length > 0──▶ owed ──send──▶ waiting ──want──▶ owed …
///     owed ──end──▶ empty packet ──▶ waiting
public struct AJPUpload: Sendable {
    private let packetBytes: Int
    /// Bytes that the member waits for, at most; 0: it waits for none.
    private var owedBytes = 0
    private var hasEnded = false
    /// Times that it has asked behind the end.
    private var unaskedCount = 0

    /// Stands behind the request's head.
    ///
    /// - Parameters:
    ///   - framing: what the head says of the content.
    ///   - packetBytes: bytes of a packet at most, within ``Limits/ajpPacketBytes``.
    public init(_ framing: Framing, packetBytes: Int) {
        precondition(Limits.ajpPacketBytes.contains(packetBytes), "no packets are as large")
        self.packetBytes = packetBytes
        switch framing {
        case .none: hasEnded = true
        case .length(let length):
            hasEnded = length == 0
            if length > 0 { owedBytes = packetBytes - AJPCodes.contentOffset }
        case .chunked, .untilClose: break
        }
    }

    /// Whether the member waits for a packet: a connection cannot be kept then.
    public var isOwed: Bool { owedBytes > 0 }

    /// The member asks for a packet; where the content has ended, ``end(to:)`` answers.
    ///
    /// - Parameter count: bytes that it takes at most.
    /// - Throws: when it may not ask: for nothing, which nothing but the end of the content could answer; before it got
    ///   what it has asked for; or behind the end of the content time and again.
    public mutating func want(_ count: Int) throws(RecordError) {
        guard count > 0 else { throw .lengthWrong }
        guard owedBytes == 0 else { throw .typeUnexpected }
        owedBytes = min(count, packetBytes - AJPCodes.contentOffset)
        guard hasEnded else { return }
        unaskedCount += 1
        guard unaskedCount <= Limits.unaskedChunksMax else { throw .tooManyUnaskedChunks }
    }

    /// Sends content as one packet, as much of it as the member waits for and there is room for.
    ///
    /// - Returns: how many bytes were taken: none while the member waits for none.
    public mutating func send(_ content: Span<UInt8>, to output: Buffer) -> Int {
        let count = min(content.count, owedBytes, output.room - AJPCodes.contentOffset)
        guard count > 0 else { return 0 }
        AJPWriter.data(content.extracting(0..<count), to: output)
        owedBytes = 0
        return count
    }

    /// The content has ended: a member that waits for more of it gets an empty packet.
    ///
    /// Without room for that ``isOwed`` stays, and it is to be called again.
    public mutating func end(to output: Buffer) {
        hasEnded = true
        guard owedBytes > 0, output.room >= AJPCodes.contentOffset else { return }
        AJPWriter.data(Span(), to: output)
        owedBytes = 0
    }
}
