import Model
import TLS

/// Makes what each worker needs of an edge for itself: its TLS by the listeners, and what it remembers of balancers.
///
/// Belongs to the main thread. The ring of ticket keys outlives every edge.
package final class Outfitter {
    /// What one worker needs.
    package struct Outfit {
        /// By the listeners' index.
        package let securities: [ListenerSecurity]
        /// By the balancers' index; `nil` where nothing is written into cookies.
        let memories: [AffinityMemory?]
    }

    private let ticketKeys: TicketKeyRing

    /// - Parameter now: seconds of the monotonic clock.
    package init(now: Int) throws(TLSError) {
        ticketKeys = try TicketKeyRing(now: now)
    }

    /// What of the ring is left to another process.
    var legacy: TicketKeyLegacy { ticketKeys.legacy }

    /// Goes on with another process's ring; to be called before the first outfit is made.
    func take(_ legacy: TicketKeyLegacy) {
        ticketKeys.take(legacy)
    }

    /// Makes an outfit in a worker's own OpenSSL.
    ///
    /// - Parameter served: what the worker serves; `nil`: nothing yet.
    package func outfit(for draft: EdgeDraft, after served: EdgeDraft?, library: TLSLibrary) throws -> Outfit {
        Outfit(
            securities: try securities(draft, after: served, library: library),
            memories: try memories(draft, library: library))
    }

    /// Listeners with the same TLS configuration and protocols share a context, and what the worker has is not made
    /// again: what it has parsed stays parsed, and connections of many reloads have one context in common.
    private func securities(
        _ draft: EdgeDraft, after served: EdgeDraft?, library: TLSLibrary
    ) throws -> [ListenerSecurity] {
        let known = Set((served?.edge.configuration.listeners ?? []).compactMap(Self.key))
        var securities: [ListenerSecurity.Key: ListenerSecurity] = [:]
        return try draft.edge.configuration.listeners.map { listener in
            guard let key = Self.key(listener), let table = draft.tables[key.tls] else { return .none }
            if let security = securities[key] { return security }
            let security: ListenerSecurity =
                known.contains(key) && served?.tables[key.tls] == table
                ? .asBefore(key)
                : .new(
                    try TLSContext(
                        policy: TLSContext.Policy(
                            name: key.tls.certificatesPath, applicationProtocols: key.protocols.map(\.rawValue)),
                        table: table, ticketKeys: ticketKeys, library: library), key)
            securities[key] = security
            return security
        }
    }

    private static func key(_ listener: ListenerConfiguration) -> ListenerSecurity.Key? {
        listener.tls.map { ListenerSecurity.Key(tls: $0, protocols: listener.protocols) }
    }

    private func memories(_ draft: EdgeDraft, library: TLSLibrary) throws -> [AffinityMemory?] {
        try zip(draft.edge.balancers, draft.keys).map { balancer, keys in
            guard let written = balancer.written, written.remembers else { return nil }
            return try AffinityMemory(balancer: balancer.configuration.name, keys: keys, library: library)
        }
    }
}
