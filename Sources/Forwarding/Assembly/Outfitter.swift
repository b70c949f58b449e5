import Model
import TLS

/// Makes what each worker needs of an edge for itself: its TLS by the listeners, and what it remembers of balancers.
///
/// Belongs to the main thread. The ring of ticket keys outlives every edge.
final class Outfitter {
    /// What one worker needs.
    struct Outfit {
        /// By the listeners' index; `nil` for those in cleartext.
        let contexts: [TLSContext?]
        /// By the balancers' index; `nil` where nothing is written into cookies.
        let memories: [AffinityMemory?]
    }

    private let ticketKeys: TicketKeyRing

    /// - Parameter now: seconds of the monotonic clock.
    init(now: Int) throws(TLSError) {
        ticketKeys = try TicketKeyRing(now: now)
    }

    /// Makes an outfit in a worker's own OpenSSL.
    func outfit(for draft: EdgeDraft, library: TLSLibrary) throws -> Outfit {
        Outfit(contexts: try contexts(draft, library: library), memories: try memories(draft, library: library))
    }

    /// Listeners with the same TLS configuration and protocols share it.
    private func contexts(_ draft: EdgeDraft, library: TLSLibrary) throws -> [TLSContext?] {
        var made: [ContextKey: TLSContext] = [:]
        var contexts: [TLSContext?] = []
        for listener in draft.edge.configuration.listeners {
            guard let tls = listener.tls, let table = draft.tables[tls] else {
                contexts.append(nil)
                continue
            }
            let key = ContextKey(tls: tls, protocols: listener.protocols)
            let policy = TLSContext.Policy(
                name: tls.certificatesPath, applicationProtocols: listener.protocols.map(\.rawValue))
            let context =
                try made[key]
                ?? TLSContext(
                    policy: policy, table: table, ticketKeys: ticketKeys, library: library)
            made[key] = context
            contexts.append(context)
        }
        return contexts
    }

    private struct ContextKey: Hashable {
        let tls: TLSConfiguration
        let protocols: [ListenerConfiguration.ApplicationProtocol]
    }

    private func memories(_ draft: EdgeDraft, library: TLSLibrary) throws -> [AffinityMemory?] {
        try zip(draft.edge.balancers, draft.keys).map { balancer, keys in
            guard let written = balancer.written, written.remembers else { return nil }
            return try AffinityMemory(balancer: balancer.configuration.name, keys: keys, library: library)
        }
    }
}
