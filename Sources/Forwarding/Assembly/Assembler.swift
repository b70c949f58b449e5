import Balancing
import Limiting
import Model
import Reactor
import TLS

/// Makes an edge of what sources have published: a draft, or the reasons why there is none.
///
/// It reads nothing and knows no clock, so the same parts make the same edge.
package struct Assembler {
    /// What may be wrong with what a configuration stands on.
    package enum Terms: Sendable {
        /// Nothing may: nobody is served yet.
        case first
        /// A certificate may, if another one is left or was there before.
        case new
        /// Anything may: the configuration is served, and what cannot be read stays as it was.
        case served
    }

    /// What is known of the world.
    private let sources: Sources
    /// What is served.
    private let served: EdgeDraft?
    /// The number of workers where none is declared.
    private let cores: Int
    /// Milliseconds of the monotonic clock.
    private let now: Int64
    /// Seconds since 1970, by which certificates are judged.
    private let wallSeconds: Int
    /// What members' health needs of the process.
    private let surroundings: HealthSurroundings

    /// - Parameters:
    ///   - sources: what is known of the world.
    ///   - served: what the edge follows; `nil`: nothing is served yet.
    ///   - cores: the number of workers where none is declared.
    ///   - now: milliseconds of the monotonic clock.
    ///   - wallSeconds: seconds since 1970.
    ///   - surroundings: what members' health needs of the process.
    package init(
        _ sources: Sources, after served: EdgeDraft?, cores: Int = 1, now: Int64, wallSeconds: Int,
        surroundings: HealthSurroundings = HealthSurroundings()
    ) {
        self.surroundings = surroundings
        self.cores = cores
        self.sources = sources
        self.served = served
        self.now = now
        self.wallSeconds = wallSeconds
    }

    /// What was found out on the way, in lines for people and as a receipt tells it.
    private struct Notes {
        var faults: [String] = []
        var warnings: [String] = []
        var doubts: [String] = []
        var kept = Distinct<Receipt.Change>()
    }

    /// Makes the edge of a configuration.
    ///
    /// - Parameters:
    ///   - declared: the same before limits were lowered to the process's.
    ///   - warnings: what is doubtful about the configuration.
    /// - Throws: ``StartError`` when the terms are not met, or a socket's path is too long.
    package func draft(
        _ configuration: EdgeConfiguration, declared: EdgeConfiguration, _ terms: Terms, warnings: [String] = []
    ) throws(StartError) -> EdgeDraft {
        var notes = Notes(warnings: warnings)
        // Their number is the process's: a configuration that wants another one gets it with the next start.
        let workers = served?.edge.workers ?? configuration.workers ?? cores
        let expansions = configuration.balancers.map { expansion(of: $0, &notes) }
        var expanded = configuration
        expanded.balancers = expansions.map(\.balancer)
        let balancers = try balancers(
            of: expanded, at: expansions.map(\.places), terms, workers: workers, &notes)
        let tables = try tables(of: configuration, terms, &notes)
        let keys = try keys(of: configuration, terms, &notes)
        let pages = try pages(of: configuration, terms, &notes)
        let lists = try addressLists(of: configuration, terms, &notes)
        let passwordFiles = try passwordFiles(of: configuration, terms, &notes)
        let roots = try roots(of: configuration, terms, &notes)
        if terms == .first, !notes.faults.isEmpty {
            throw StartError(lines: notes.faults.map { "error: \($0)" })
        }
        let edge = Edge(
            expanded, balancers: balancers,
            generation: (served?.edge.generation ?? 0) + (terms == .served ? 0 : 1),
            installation: (served?.edge.installation ?? 0) + 1, workers: workers, roots: roots, pages: pages,
            closedSites: sources.closedSites, lists: lists, passwordFiles: passwordFiles, replacing: served?.edge)
        return EdgeDraft(
            edge: edge, written: configuration, declared: declared, tables: tables, keys: keys, pages: pages,
            addressLists: lists,
            passwordFiles: passwordFiles, roots: roots, faults: notes.faults, warnings: notes.warnings,
            leftOut: expansions.flatMap(\.doubts), doubts: notes.doubts, kept: notes.kept.elements)
    }

    // MARK: - Members

    /// Replaces members that stand for several by those.
    private func expansion(of balancer: BalancerConfiguration, _ notes: inout Notes) -> Expansion {
        guard balancer.members.contains(where: \.isTemplate) else { return Expansion(of: balancer) { _ in nil } }
        let former = served?.edge.balancers.first { $0.configuration.name == balancer.name }
        let expansion = Expansion(
            of: balancer, served: Set((former?.configuration.members ?? []).map(\.name))
        ) { sources.names[$0]?.value }
        notes.warnings += expansion.doubts
        for member in balancer.members where member.isTemplate {
            guard let name = member.address.name, sources.names[name]?.value != nil else { continue }
            _ = addresses(of: name, for: "balancers.\(balancer.name).members.\(member.name)", &notes)
        }
        return expansion
    }

    /// - Parameter found: where members are that a name server has told of, by the index of balancers and members.
    private func balancers(
        of configuration: EdgeConfiguration, at found: [[[SocketAddress]?]], _ terms: Terms, workers: Int,
        _ notes: inout Notes
    ) throws(StartError) -> [Balancer] {
        var balancers: [Balancer] = []
        var memberCount = 0
        let plan = SeriesPlan(configuration, workers: workers)
        let former = served?.edge.balancers ?? []
        let predecessors = Dictionary(uniqueKeysWithValues: former.map { ($0.configuration.name, $0) })
        for (index, balancer) in configuration.balancers.enumerated() {
            var places: [[SocketAddress]] = []
            var secrets: [Secret?] = []
            for (number, member) in balancer.members.enumerated() {
                if let known = found[index][number] {
                    places.append(known)
                } else {
                    places.append(try place(member, of: balancer, &notes))
                }
                secrets.append(try secret(of: member, balancer: balancer.name, terms, &notes))
            }
            balancers.append(
                Balancer(
                    balancer, index: index, standIn: configuration.standIn(of: balancer), addresses: places,
                    secrets: secrets,
                    checks: balancer.members.map { configuration.check(of: $0, in: balancer) },
                    replacing: predecessors[balancer.name], workers: workers, surroundings: surroundings,
                    timedCount: configuration.metrics.map { _ in
                        SeriesPlan.share(of: places.count, behind: memberCount, in: plan.timedMembers)
                    }, now: now))
            memberCount += places.count
        }
        return balancers
    }

    /// Where a member waits; nowhere, where its name has no address.
    private func place(
        _ member: MemberConfiguration, of balancer: BalancerConfiguration, _ notes: inout Notes
    ) throws(StartError) -> [SocketAddress] {
        let keys = "balancers.\(balancer.name).members.\(member.name)"
        switch member.address {
        case .unix(let path):
            guard let address = SocketAddress(unixPath: path) else {
                throw StartError(lines: ["error: \(keys): the socket's path is too long: \(path)"])
            }
            return [address]
        case .host(let host, let port):
            guard let name = member.address.name else {
                return SocketAddress(host: host, port: UInt16(port)).map { [$0] } ?? []
            }
            return addresses(of: name, for: keys, &notes)
        case .service(let service):
            return addresses(of: NameLookup.Name(service: service), for: keys, &notes)
        }
    }

    /// A name that has no address any more keeps those that it had.
    private func addresses(
        of name: NameLookup.Name, for keys: String, _ notes: inout Notes
    ) -> [SocketAddress] {
        let published = sources.names[name]
        let records = published?.value
        let known = records?.addresses ?? []
        guard let error = published?.fault else { return known }
        let hosts = known.map(\.host) + (records?.services ?? []).map { "\($0.target):\($0.port)" }
        let words = hosts.joined(separator: ", ")
        let effect =
            hosts.isEmpty
            ? "the member is in error until it has one, which is asked for again and again"
            : "it is served at its old \(words) on"
        notes.warnings.append("\(keys): \(name.host) has no address (\(error.words)): \(effect)")
        notes.kept.add(
            Receipt.Change(
                kind: .name, name: name.host, event: hosts.isEmpty ? .unresolved : .kept,
                after: hosts.isEmpty ? nil : words, reason: error.words))
        return known
    }

    // MARK: - Certificates

    /// Indexes the identities of each TLS configuration.
    private func tables(
        of configuration: EdgeConfiguration, _ terms: Terms, _ notes: inout Notes
    ) throws(StartError) -> [TLSConfiguration: IdentityTable] {
        for path in configuration.certificatePaths.sorted() { judge(path, &notes) }
        var tables: [TLSConfiguration: IdentityTable] = [:]
        for tls in configuration.listeners.compactMap(\.tls) where tables[tls] == nil {
            let identities = sources.folders[tls.certificatesPath]?.value?.identities ?? []
            if !identities.isEmpty {
                let table = IdentityTable(
                    identities: identities, defaultName: tls.defaultName, now: wallSeconds)
                if let table {
                    tables[tls] = table
                    continue
                }
                let reason = "no certificate is for the default name \(tls.defaultName ?? "")"
                notes.faults.append("\(tls.certificatesPath): \(reason)")
                notes.kept.add(
                    Receipt.Change(kind: .certificate, name: tls.certificatesPath, event: .kept, reason: reason))
            }
            guard terms == .served, let old = served?.tables[tls] else {
                throw StartError(lines: notes.faults.map { "error: \($0)" })
            }
            tables[tls] = old
        }
        return tables
    }

    /// Says what of a folder cannot be read, and what is served in its place.
    private func judge(_ path: String, _ notes: inout Notes) {
        guard let folder = sources.folders[path] else { return }
        notes.doubts += (folder.value?.doubts ?? []).map(\.description)
        for fault in folder.fault ?? [] {
            let kept = (folder.value?.identities ?? []).filter { $0.path == fault.path || fault.path == path }
            let words = kept.map { "; serving the old certificate \($0.serial) on" }.joined()
            notes.faults.append("\(fault)\(words)")
            notes.kept.add(
                Receipt.Change(
                    kind: .certificate, name: fault.path, event: kept.isEmpty ? .unusable : .kept,
                    after: kept.isEmpty ? nil : "serial " + kept.map(\.serial).joined(separator: ", "),
                    reason: fault.message))
        }
    }

    // MARK: - Keys

    /// The keys of sealed routes by their balancers' index.
    private func keys(
        of configuration: EdgeConfiguration, _ terms: Terms, _ notes: inout Notes
    ) throws(StartError) -> [[TokenKey]?] {
        var result: [[TokenKey]?] = []
        for balancer in configuration.balancers {
            guard let path = balancer.keyPath else {
                result.append(nil)
                continue
            }
            let published = sources.keyFiles[path]
            if let fault = published?.fault {
                let words = balancer.words(on: fault)
                guard terms == .served else { throw StartError(lines: ["error: \(words)"]) }
                notes.faults.append("\(words); the old keys are used on")
                notes.kept.add(Receipt.Change(kind: .keyFile, name: path, event: .kept, reason: fault.message))
            }
            result.append(published?.value)
        }
        return result
    }

    // MARK: - Addresses

    /// The addresses in files that lists of access name. One that cannot be read is served as it was; where it was
    /// never read, nobody knows whom it would let in.
    private func addressLists(
        of configuration: EdgeConfiguration, _ terms: Terms, _ notes: inout Notes
    ) throws(StartError) -> [String: [AddressRange]] {
        var lists: [String: [AddressRange]] = [:]
        for path in configuration.addressListPaths.sorted() {
            let published = sources.addressLists[path]
            if let fault = published?.fault {
                guard terms != .first, published?.value != nil else {
                    throw StartError(lines: fault.lines.map { "error: \($0)" })
                }
                let first = fault.lines[0]
                notes.faults.append("\(first); the old addresses are used on")
                notes.kept.add(Receipt.Change(kind: .addressList, name: path, event: .kept, reason: first))
            }
            lists[path] = published?.value ?? []
        }
        return lists
    }

    /// The files of users by their paths.
    private func passwordFiles(
        of configuration: EdgeConfiguration, _ terms: Terms, _ notes: inout Notes
    ) throws(StartError) -> [String: PasswordFile] {
        var files: [String: PasswordFile] = [:]
        for path in configuration.passwordFilePaths {
            let published = sources.passwordFiles[path]
            if let fault = published?.fault {
                let words = configuration.words(on: fault, users: path)
                guard terms == .served else { throw StartError(lines: ["error: \(words)"]) }
                notes.faults.append("\(words); the old users are let in on")
                notes.kept.add(Receipt.Change(kind: .usersFile, name: path, event: .kept, reason: fault.message))
            }
            files[path] = published?.value
        }
        return files
    }

    /// What a member asks for, as it is declared or in its file; `nil`: nothing.
    private func secret(
        of member: MemberConfiguration, balancer: String, _ terms: Terms, _ notes: inout Notes
    ) throws(StartError) -> Secret? {
        guard let path = member.secretPath else { return member.secret }
        let published = sources.secretFiles[path]
        if let fault = published?.fault {
            let words = member.words(on: fault, balancer: balancer)
            guard terms == .served else { throw StartError(lines: ["error: \(words)"]) }
            notes.faults.append("\(words); the old secret is used on")
            notes.kept.add(Receipt.Change(kind: .keyFile, name: path, event: .kept, reason: fault.message))
        }
        return published?.value
    }

    // MARK: - Pages

    /// What is in files of pages, by their paths.
    private func pages(
        of configuration: EdgeConfiguration, _ terms: Terms, _ notes: inout Notes
    ) throws(StartError) -> [String: [UInt8]] {
        var pages: [String: [UInt8]] = [:]
        for (path, keys) in configuration.pagePlaces.sorted(by: { $0.key < $1.key }) {
            let published = sources.pageFiles[path]
            pages[path] = published?.value
            guard let fault = published?.fault else { continue }
            let words = EdgeConfiguration.words(on: fault, page: path, at: keys)
            guard published?.value != nil || terms == .served else { throw StartError(lines: ["error: \(words)"]) }
            notes.faults.append(
                words + (published?.value == nil ? "; answers are as without it" : "; the old page is served on"))
            notes.kept.add(
                Receipt.Change(
                    kind: .page, name: path, event: published?.value == nil ? .unusable : .kept,
                    reason: fault.message))
        }
        return pages
    }

    // MARK: - Folders of files

    /// The folders that files are sent of, by their paths. One that cannot be opened any more is served as it was.
    private func roots(
        of configuration: EdgeConfiguration, _ terms: Terms, _ notes: inout Notes
    ) throws(StartError) -> [String: FileRoot] {
        var roots: [String: FileRoot] = [:]
        for (path, _) in configuration.fileFolders {
            let published = sources.roots[path]
            if let fault = published?.fault {
                let words = configuration.words(on: fault, folder: path)
                guard terms != .first, published?.value != nil else { throw StartError(lines: ["error: \(words)"]) }
                notes.faults.append("\(words); the old folder is served on")
                notes.kept.add(Receipt.Change(kind: .folder, name: path, event: .kept, reason: "\(fault)"))
            }
            roots[path] = published?.value
        }
        if roots.values.contains(where: { !$0.isDescendedByKernel }) {
            notes.warnings.append(
                "files: openat2 is missing here, or forbidden: links are not followed, and each file is opened by a "
                    + "thread for that")
        }
        return roots
    }
}
