import Reactor
import TLS

/// A new edge before workers serve it, with the identities of each TLS configuration.
struct EdgeDraft {
    let edge: Edge
    /// By the listeners' TLS configurations.
    let tables: [TLSConfiguration: IdentityTable]
    /// The keys of sealed routes by their farms' index; `nil` for others.
    let keys: [[TokenKey]?]
    /// Certificates that could not be used; on a reload the old one of the same file is kept instead.
    let faults: [CertificateFault]
    /// What is most likely not meant so of certificates that are served.
    let warnings: [CertificateFault]
}

/// Makes an ``Edge`` of a configuration: resolves names, reads certificates, keeps what goes on across a reload.
///
/// Blocks on disk and network; belongs to the main thread.
final class EdgeBuilder {
    private let ticketKeys: TicketKeyRing
    private var known: [TLSConfiguration: [Identity]] = [:]
    /// The keys of sealed routes that are served, by their farms' index; `nil` for others.
    private(set) var keys: [[TokenKey]?] = []

    init() throws(TLSError) {
        ticketKeys = try TicketKeyRing(now: Clock.monotonicNanoseconds() / 1_000_000_000)
    }

    /// The identities that are served, each once.
    var identities: [Identity] {
        known.values.flatMap { $0 }.sorted { $0.path < $1.path }
    }

    /// Makes the next edge.
    ///
    /// - Throws: ``StartError`` when a member's name has no address or a listener has no identity left.
    func draft(_ configuration: EdgeConfiguration, previous: Edge?) throws -> EdgeDraft {
        let farms = try configuration.balancers.enumerated().map { index, balancer in
            let addresses = try balancer.members.map { try resolve($0, of: balancer) }
            let predecessor = previous?.farms.first { $0.configuration.name == balancer.name }
            return Farm(
                balancer, index: index, addresses: addresses, replacing: predecessor,
                now: Int64(Clock.monotonicNanoseconds() / 1_000_000))
        }
        var tables: [TLSConfiguration: IdentityTable] = [:]
        var faults: [CertificateFault] = []
        var warnings: [CertificateFault] = []
        for tls in Set(configuration.listeners.compactMap(\.tls)) {
            let (identities, found, doubts) = identities(tls)
            faults += found
            warnings += doubts
            guard !identities.isEmpty else {
                throw StartError(lines: faults.map { "error: \($0)" })
            }
            guard let table = IdentityTable(identities: identities, defaultName: tls.defaultName) else {
                throw StartError(lines: [
                    "error: no certificate in \(tls.certificatesPath) is for the default name \(tls.defaultName ?? "")"
                ])
            }
            tables[tls] = table
        }
        let edge = Edge(configuration, farms: farms, generation: (previous?.generation ?? 0) + 1)
        return EdgeDraft(
            edge: edge, tables: tables, keys: try configuration.balancers.map(readKeys), faults: faults,
            warnings: warnings)
    }

    /// Reads a balancer's keys of sealed routes.
    private func readKeys(_ balancer: BalancerConfiguration) throws(StartError) -> [TokenKey]? {
        do throws(TokenKeyFile.Fault) {
            return try balancer.readKeys()
        } catch {
            throw StartError(lines: ["error: \(error.message)"])
        }
    }

    /// What a worker has of the farms whose affinity is written into cookies, by their index.
    func memories(_ draft: EdgeDraft, library: TLSLibrary) throws -> [AffinityMemory?] {
        try zip(draft.edge.farms, draft.keys).map { farm, keys in
            guard let written = farm.written, written.remembers else { return nil }
            return try AffinityMemory(balancer: farm.configuration.name, keys: keys, library: library)
        }
    }

    /// Remembers the identities and keys of a draft that is served from now on.
    func keep(_ draft: EdgeDraft) {
        known = draft.tables.mapValues(\.identities)
        keys = draft.keys
    }

    /// Builds a worker's TLS for each listener; listeners with the same TLS configuration and protocols share it.
    func contexts(_ draft: EdgeDraft, library: TLSLibrary) throws -> [TLSContext?] {
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

    /// Reads a folder; in place of a file that cannot be used, what it held before.
    private func identities(_ tls: TLSConfiguration) -> ([Identity], [CertificateFault], [CertificateFault]) {
        let (loaded, found, warnings) = CertificateFolder.load(path: tls.certificatesPath)
        var (identities, faults) = (loaded, found)
        for old in known[tls] ?? [] {
            guard let index = faults.firstIndex(where: { $0.path == old.path || $0.path == tls.certificatesPath })
            else { continue }
            identities.append(old)
            let fault = faults[index]
            faults[index] = CertificateFault(
                path: fault.path, message: "\(fault.message); serving the old certificate \(old.serial) on")
        }
        return (identities, faults, warnings)
    }

    private func resolve(
        _ member: MemberConfiguration, of balancer: BalancerConfiguration
    ) throws(StartError) -> [SocketAddress] {
        let place = "balancers.\(balancer.name).members.\(member.name)"
        switch member.address {
        case .unix(let path):
            guard let address = SocketAddress(unixPath: path) else {
                throw StartError(lines: ["error: \(place): the socket's path is too long: \(path)"])
            }
            return [address]
        case .host(let host, let port):
            do throws(SocketAddress.ResolutionError) {
                return try SocketAddress.resolve(host: host, port: UInt16(port))
            } catch {
                throw StartError(lines: ["error: \(place): \(host) has no address: \(error.words)"])
            }
        }
    }
}

extension SocketAddress {
    /// The address of a listener; `nil` when it is none.
    init?(_ address: ListenAddress) {
        switch address {
        case .ip(let host, let port): self.init(host: host, port: UInt16(port))
        case .unix(let path): self.init(unixPath: path)
        }
    }
}
