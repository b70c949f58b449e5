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
        encoderBytes = compression.encoderBytesMax
        inflates = balancers.contains { $0.inflatesRequests }
        hasHTTP2Clients = listeners.contains { $0.protocols != [.http1] }
        hasHTTP2Members = balancers.contains { $0.members.contains { $0.speaks == .http2Cleartext } }
        hasRecordMembers = balancers.contains { $0.members.contains(where: \.speaksRecords) }
    }
}
