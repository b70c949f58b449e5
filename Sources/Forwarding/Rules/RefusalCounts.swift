import Synchronization

/// How often rules have refused, of all workers since the start. Only refusals touch it.
final class RefusalCounts: Sendable {
    /// What is refused for.
    enum Cause {
        case address, rate, exchanges, connections, connectionRate, streams
    }

    private let addresses = Atomic<UInt64>(0)
    private let rates = Atomic<UInt64>(0)
    private let exchanges = Atomic<UInt64>(0)
    private let connections = Atomic<UInt64>(0)
    private let connectionRates = Atomic<UInt64>(0)
    private let streams = Atomic<UInt64>(0)

    /// Counts a refusal. Any thread.
    func count(_ cause: Cause) {
        switch cause {
        case .address: addresses.wrappingAdd(1, ordering: .relaxed)
        case .rate: rates.wrappingAdd(1, ordering: .relaxed)
        case .exchanges: exchanges.wrappingAdd(1, ordering: .relaxed)
        case .connections: connections.wrappingAdd(1, ordering: .relaxed)
        case .connectionRate: connectionRates.wrappingAdd(1, ordering: .relaxed)
        case .streams: streams.wrappingAdd(1, ordering: .relaxed)
        }
    }

    /// The counts. Any thread.
    var now: EdgeStatus.Refused {
        EdgeStatus.Refused(
            addresses: addresses.load(ordering: .relaxed), rates: rates.load(ordering: .relaxed),
            exchanges: exchanges.load(ordering: .relaxed), connections: connections.load(ordering: .relaxed),
            connectionRates: connectionRates.load(ordering: .relaxed), streams: streams.load(ordering: .relaxed))
    }
}
