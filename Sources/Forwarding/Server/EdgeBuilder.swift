import Model
import Reactor
import TLS

/// Makes an ``Edge`` of what was gathered, and keeps what goes on across a reload.
///
/// Belongs to the main thread, and reads nothing: ``Gathering`` has.
final class EdgeBuilder {
    private let ticketKeys: TicketKeyRing
    /// What is served.
    private(set) var served: EdgeDraft?

    init() throws(TLSError) {
        ticketKeys = try TicketKeyRing(now: Clock.monotonicNanoseconds() / 1_000_000_000)
    }

    /// Names of the served edge that have no address.
    var unresolved: Set<NameLookup.Name> { Set((served?.addresses ?? [:]).filter(\.value.isEmpty).keys) }

    /// Makes the next edge.
    ///
    /// - Throws: ``StartError`` when a socket's path is too long, keys cannot be read that were not there before, or a
    ///   listener has no identity left.
    func draft(_ gathering: Gathering, previous: Edge?) throws(StartError) -> EdgeDraft {
        let configuration = gathering.configuration
        var warnings: [String] = []
        var kept: [Receipt.Change] = []
        let addresses = resolve(gathering, warnings: &warnings, kept: &kept)
        var balancers: [Balancer] = []
        for (index, balancer) in configuration.balancers.enumerated() {
            var places: [[SocketAddress]] = []
            for member in balancer.members { places.append(try place(member, of: balancer, addresses)) }
            let predecessor = previous?.balancers.first { $0.configuration.name == balancer.name }
            balancers.append(
                Balancer(
                    balancer, index: index, addresses: places, replacing: predecessor,
                    now: Int64(Clock.monotonicNanoseconds() / 1_000_000)))
        }
        let (tables, faults, doubts) = try tables(gathering, kept: &kept)
        var otherFaults: [String] = []
        let keys = try keys(gathering, faults: &otherFaults, kept: &kept)
        let isNew = gathering.order == .configuration
        let edge = Edge(
            configuration, balancers: balancers, generation: (previous?.generation ?? 0) + (isNew ? 1 : 0),
            installation: (previous?.installation ?? 0) + 1)
        return EdgeDraft(
            edge: edge, tables: tables, keys: keys, addresses: addresses, faults: faults, otherFaults: otherFaults,
            doubts: doubts, warnings: gathering.warnings + warnings, kept: kept)
    }

    /// Indexes the identities of each TLS configuration.
    private func tables(
        _ gathering: Gathering, kept: inout [Receipt.Change]
    ) throws(StartError) -> (
        tables: [TLSConfiguration: IdentityTable], faults: [CertificateFault], doubts: [CertificateFault]
    ) {
        var tables: [TLSConfiguration: IdentityTable] = [:]
        var faults: [CertificateFault] = []
        var doubts: [CertificateFault] = []
        for tls in Set(gathering.configuration.listeners.compactMap(\.tls)) {
            doubts += gathering.files?.folders[tls.certificatesPath]?.warnings ?? []
            let (identities, found) = identities(tls, gathering.files, kept: &kept)
            faults += found
            if !identities.isEmpty {
                if let table = IdentityTable(identities: identities, defaultName: tls.defaultName) {
                    tables[tls] = table
                    continue
                }
                let message = "no certificate is for the default name \(tls.defaultName ?? "")"
                faults.append(CertificateFault(path: tls.certificatesPath, message: message))
            }
            // What is served already goes on with what it has.
            guard gathering.order == .served, let old = served?.tables[tls] else {
                throw StartError(lines: faults.map { "error: \($0)" })
            }
            tables[tls] = old
            kept += faults.suffix(1).map {
                Receipt.Change(kind: .certificate, name: $0.path, event: .kept, reason: $0.message)
            }
        }
        return (tables, faults, doubts)
    }

    /// The keys of sealed routes. Those of the configuration that is served stay as they are where they cannot be read.
    private func keys(
        _ gathering: Gathering, faults: inout [String], kept: inout [Receipt.Change]
    ) throws(StartError) -> [[TokenKey]?] {
        let old = served?.keys ?? []
        guard let read = gathering.files?.keys else { return old }
        var result: [[TokenKey]?] = []
        for (index, keys) in read.enumerated() {
            switch keys {
            case .success(let keys): result.append(keys)
            case .failure(let fault):
                guard gathering.order == .served else { throw StartError(lines: ["error: \(fault.message)"]) }
                faults.append("\(fault.message); the old keys are used on")
                kept.append(
                    Receipt.Change(
                        kind: .keyFile, name: gathering.configuration.balancers[index].keyPath, event: .kept,
                        reason: fault.message))
                result.append(old[index])
            }
        }
        return result
    }

    /// What a worker has of the balancers whose affinity is written into cookies, by their index.
    func memories(_ draft: EdgeDraft, library: TLSLibrary) throws -> [AffinityMemory?] {
        try zip(draft.edge.balancers, draft.keys).map { balancer, keys in
            guard let written = balancer.written, written.remembers else { return nil }
            return try AffinityMemory(balancer: balancer.configuration.name, keys: keys, library: library)
        }
    }

    /// Remembers the draft that is served from now on.
    func keep(_ draft: EdgeDraft) {
        served = draft
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

    /// A folder's identities; in place of a file that cannot be used, what it held before.
    private func identities(
        _ tls: TLSConfiguration, _ files: Gathering.Files?, kept: inout [Receipt.Change]
    ) -> ([Identity], [CertificateFault]) {
        let known = served?.tables[tls]?.identities ?? []
        guard let folder = files?.folders[tls.certificatesPath] else { return (known, []) }
        var (identities, faults) = (folder.identities, folder.faults)
        var notes = faults.map { fault in
            Receipt.Change(kind: .certificate, name: fault.path, event: .unusable, reason: fault.message)
        }
        for old in known {
            guard let index = faults.firstIndex(where: { $0.path == old.path || $0.path == tls.certificatesPath })
            else { continue }
            identities.append(old)
            let fault = faults[index]
            faults[index] = CertificateFault(
                path: fault.path, message: "\(fault.message); serving the old certificate \(old.serial) on")
            notes[index].event = .kept
            notes[index].after = (notes[index].after.map { $0 + ", " } ?? "serial ") + old.serial
        }
        for note in notes where !kept.contains(note) { kept.append(note) }
        return (identities, faults)
    }

    /// What the configuration's names stand for.
    ///
    /// The resolver gives addresses in any order, and those of a name with several in another one each time: while they
    /// are the same as before, they stay in their order, so that the pool of connections to them goes on. A name that
    /// has none any more keeps those that it had.
    private func resolve(
        _ gathering: Gathering, warnings: inout [String], kept: inout [Receipt.Change]
    ) -> [NameLookup.Name: [SocketAddress]] {
        let addresses = served?.addresses ?? [:]
        var resolved: [NameLookup.Name: [SocketAddress]] = [:]
        for balancer in gathering.configuration.balancers {
            for member in balancer.members {
                guard let name = member.address.name else { continue }
                let known = addresses[name] ?? []
                switch gathering.answers[name] {
                case .success(let found): resolved[name] = Set(found) == Set(known) ? known : found
                case .failure(let error):
                    resolved[name] = known
                    let effect =
                        known.isEmpty
                        ? "the member is in error until it has one, which is looked for every "
                            + "\(NameLimits.retryMillis / 1_000) s"
                        : "it is served at its old \(known.map(\.host).joined(separator: ", ")) on"
                    warnings.append(
                        "balancers.\(balancer.name).members.\(member.name): \(name.host) has no address "
                            + "(\(error.words)): \(effect)")
                    let note = Receipt.Change(
                        kind: .name, name: name.host, event: known.isEmpty ? .unresolved : .kept,
                        after: known.isEmpty ? nil : known.map(\.host).joined(separator: ", "), reason: error.words)
                    if !kept.contains(note) { kept.append(note) }
                case nil: resolved[name] = known
                }
            }
        }
        return resolved
    }

    /// Where a member waits; nowhere, where its name has no address.
    private func place(
        _ member: MemberConfiguration, of balancer: BalancerConfiguration,
        _ addresses: [NameLookup.Name: [SocketAddress]]
    ) throws(StartError) -> [SocketAddress] {
        switch member.address {
        case .unix(let path):
            guard let address = SocketAddress(unixPath: path) else {
                throw StartError(lines: [
                    "error: balancers.\(balancer.name).members.\(member.name): the socket's path is too long: \(path)"
                ])
            }
            return [address]
        case .host(let host, let port):
            if let name = member.address.name { return addresses[name] ?? [] }
            return SocketAddress(host: host, port: UInt16(port)).map { [$0] } ?? []
        }
    }
}

extension BalancerConfiguration {
    /// The file of the keys that its routes are sealed with; empty where they are not.
    var keyPath: String {
        if case .sealed(let sealed) = affinity { sealed.keyPath } else { "" }
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
