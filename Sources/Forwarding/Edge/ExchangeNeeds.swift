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
    /// - Parameters:
    ///   - sites: all that are declared.
    ///   - rules: of all levels.
    public init(
        listeners: [ListenerConfiguration], sites: [SiteConfiguration] = [], balancers: [BalancerConfiguration],
        compression: CompressionConfiguration, rules: [RulesConfiguration] = []
    ) {
        makesFields = rules.contains { $0.requestID != nil || $0.fields != FieldsConfiguration() }
        let gathering = Set(balancers.filter { $0.fastCGI != nil }.map(\.name))
        let ofBalancers = balancers.map { Self.bytes(of: $0.buffering, gathers: gathering.contains($0.name)) }
        let ofPaths = sites.flatMap(\.paths).map { path in
            guard let buffering = path.buffering else { return 0 }
            let ofCases = path.cases.map { if case .balancer(let name) = $0.action { name } else { "" } }
            return Self.bytes(of: buffering, gathers: !gathering.isDisjoint(with: [path.balancer ?? ""] + ofCases))
        }
        bufferedBytes = (ofBalancers + ofPaths).max() ?? 0
        encoderBytes = compression.encoderBytesMax
        inflates = balancers.contains { $0.inflatesRequests }
        hasHTTP2Clients = listeners.contains { $0.protocols != [.http1] }
        hasHTTP2Members = balancers.contains { $0.members.contains { $0.speaks == .http2Cleartext } }
        hasRecordMembers = balancers.contains { $0.members.contains(where: \.speaksRecords) }
    }

    /// What waits in memory, and for each file a slab that is filled, one that is written and one that is read.
    ///
    /// - Parameter gathers: whether requests without a length are gathered where nothing is said of them.
    private static func bytes(of declared: BufferingConfiguration?, gathers: Bool) -> Int {
        let buffering = declared ?? BufferingConfiguration()
        let gathered = buffering.requestBytesMax ?? (gathers ? BufferingConfiguration.lengthlessBytesMax : nil)
        let file = buffering.fileBytesMax == nil ? 0 : 3 * BufferPool.largeBytes
        return [buffering.answerBytesMax, gathered].compactMap { $0 }.reduce(0) { $0 + $1 + file }
    }
}
