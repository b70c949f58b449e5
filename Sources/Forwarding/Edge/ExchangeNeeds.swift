import Bytes
import Model

/// What an exchange takes memory for, beside the heads of its messages.
public struct ExchangeNeeds: Sendable, Equatable {
    /// Bytes of the largest encoder; 0 where nothing is compressed.
    public var encoderBytes: Int
    /// Whether requests' content is inflated.
    public var inflates: Bool
    /// Whether clients may speak HTTP/2.
    public var hasHTTP2Clients: Bool
    /// Whether a member speaks HTTP/2.
    public var hasHTTP2Members: Bool
    /// Whether a member speaks FastCGI or AJP.
    public var hasRecordMembers: Bool
    /// Bytes of memory in which an answer waits for its client, and a request for its member, at most.
    public var bufferedBytes: Int
    /// Whether rules make fields.
    public var makesFields: Bool

    /// Finds out what the exchanges of an edge need.
    ///
    /// - Parameter rules: of all levels.
    public init(
        listeners: [ListenerConfiguration], balancers: [BalancerConfiguration], compression: CompressionConfiguration,
        rules: [RulesConfiguration] = []
    ) {
        makesFields = rules.contains { $0.requestID != nil || $0.fields != FieldsConfiguration() }
        bufferedBytes = balancers.map { Self.bufferedBytes(of: $0) }.max() ?? 0
        encoderBytes = compression.encoderBytesMax
        inflates = balancers.contains { $0.inflatesRequests }
        hasHTTP2Clients = listeners.contains { $0.protocols != [.http1] }
        hasHTTP2Members = balancers.contains { $0.members.contains { $0.speaks == .http2Cleartext } }
        hasRecordMembers = balancers.contains { $0.members.contains(where: \.speaksRecords) }
    }

    /// What waits in memory, and for each file a slab that is filled, one that is written and one that is read.
    private static func bufferedBytes(of balancer: BalancerConfiguration) -> Int {
        let memories = [balancer.buffering?.answerBytesMax, balancer.gatheredBytesMax].compactMap { $0 }
        let file = (balancer.buffering ?? BufferingConfiguration()).fileBytesMax == nil ? 0 : 3 * BufferPool.largeBytes
        return memories.reduce(0) { $0 + $1 + file }
    }
}
