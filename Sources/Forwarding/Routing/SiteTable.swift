import Bytes
import HTTP
import Model
import Reactor
import Session

/// Which balancer answers for a host and a path.
///
/// Immutable, shared by all workers; looking up allocates nothing.
final class SiteTable: Sendable {
    /// Bytes of a host that can be declared (RFC 1035, section 2.3.4); a longer one matches no declared name.
    private static let hostBytesMax = 255

    private let sites: [Site]
    private let exact: RouteTable
    private let exactSites: [Int]
    private let wildcards: RouteTable
    private let wildcardSites: [Int]
    private let anyHost: Int?
    /// Where requests of hosts lead that no site has.
    private let noSite: Destination

    /// Where a path leads in a site.
    enum Found {
        /// To a declared one, by its index.
        case path(Int)
        /// To none.
        case nothing
        /// It can be read in several ways, and not all of them lead to the same place.
        case ambiguous
    }

    /// A site at a listener.
    struct Declared {
        let configuration: SiteConfiguration
        /// Whether it is served; else its clients are sent to where it is.
        let isServed: Bool
        /// How clients are sent to TLS, where not as the listener's others are.
        let redirect: SecureRedirect?
    }

    /// A class, so that a request's way through it copies nothing.
    private final class Site: Sendable {
        /// Where its paths lead, in the order in which they go before one another.
        let paths: [Destination]
        /// Where requests lead whose path none of the site's is for.
        let noPath: Destination
        /// And those whose path can be read in several ways, not all of which lead to the same place.
        let ambiguous: Destination
        /// And those whose path is but for its letters' case one that is guarded otherwise.
        let otherCase: Destination
        /// Finds out whether a path leads to the same place for everybody; `nil` where all do, or ``patterns`` does.
        let tree: PathTree?
        /// Finds the longest path.
        let index: PathIndex
        /// Finds the place of a path where the longest one is not always it.
        let patterns: SitePatterns?
        /// Finds out whether a path is a guarded one but for its letters' case; `nil` where none is guarded otherwise
        /// than the others, or case tells paths apart.
        let guards: PathGuards?

        init(
            _ declared: Declared, balancers: [String: Balancer], parameters: [String], roots: [String: FileRoot],
            _ book: inout RuleBook
        ) {
            let site = declared.configuration
            let siteRules = book.configuration(of: site)
            let rules = book.rules(siteRules)
            noPath = Destination(OwnAnswer(Refusal(.noPath)), in: rules)
            ambiguous = Destination(OwnAnswer(Refusal(.pathAmbiguous)), in: rules)
            otherCase = Destination(OwnAnswer(Refusal(.pathAmbiguous), rule: "letter-case"), in: rules)
            guard declared.isServed else {
                let place = Place(elsewhere: declared.redirect, rules: rules)
                paths = [Destination(own: place)]
                index = PathIndex([])
                tree = nil
                patterns = nil
                guards = nil
                return
            }
            let configurations = site.allPaths
            paths = configurations.map { path in
                let placed = path.rules.placed(at: "\(site.placeName) \(path.declaredName)")
                let rules = book.rules(placed.inheriting(siteRules))
                let cases = path.cases.map { one in
                    var own = path
                    (own.action, own.cases) = (one.action, [])
                    let place = Place(
                        own, balancer: own.balancer.flatMap { balancers[$0]?.configuration }, rules: rules,
                        redirect: declared.redirect, cases: [], roots: roots)
                    return PlaceCase(one.condition, destination: Self.destination(own, place, balancers))
                }
                let place = Place(
                    path, balancer: path.balancer.flatMap { balancers[$0]?.configuration }, rules: rules,
                    redirect: declared.redirect, cases: cases, roots: roots)
                return Self.destination(path, place, balancers)
            }
            let guards = PathGuard.numbers(of: configurations, in: siteRules)
            let likeness = PathLikeness(configurations, guards: guards)
            let (kinds, families) = (likeness.kinds, likeness.families)
            let slashes: PathTree.EscapedSlashes =
                switch site.escapedSlashes {
                case .judge: .judged
                case .pass: .passed
                case .refuse: .refused
                }
            let isOne = slashes != .refused && Self.areOne(configurations, kinds: kinds)
            patterns =
                isOne
                ? nil
                : SitePatterns(
                    configurations, kinds: kinds, families: families, parameters: parameters, slashes: slashes)
            tree =
                isOne || patterns != nil
                ? nil
                : PathTree(
                    configurations.indices.map { index in
                        PathTree.Place(
                            prefix: Array(configurations[index].prefix.utf8), kind: kinds[index],
                            isMapped: configurations[index].isMapped, family: families[index])
                    }, parameters: parameters, slashes: slashes)
            index = PathIndex(tree == nil ? [] : configurations.map { Array($0.prefix.utf8) })
            self.guards =
                isOne || site.letterCase == .exact
                ? nil : PathGuards(configurations, guards: guards, parameters: parameters)
        }

        /// Whether all paths lead to the place of `/`, and say no more than it does.
        private static func areOne(_ paths: [SiteConfiguration.Path], kinds: [Int]) -> Bool {
            Set(kinds).count == 1
                && paths.contains { $0.prefix == "/" && $0.match == .below && $0.target == nil }
                && paths.allSatisfy { $0.buffering == paths[0].buffering }
        }

        /// Where a path leads.
        ///
        /// - Parameter isPlain: whether all read it alike; see ``PathTree/isPlain(_:)``.
        func find(_ path: Span<UInt8>, isPlain: Bool) -> Found {
            if let patterns { return patterns.find(path, isPlain: isPlain) }
            var compared = 0
            guard let found = index.longest(path, isPlain: isPlain, compared: &compared) else { return .nothing }
            return isPlain || tree?.agrees(path, on: found) ?? true ? .path(found) : .ambiguous
        }

        private static func destination(
            _ path: SiteConfiguration.Path, _ place: Place, _ balancers: [String: Balancer]
        ) -> Destination {
            guard let name = path.balancer else { return Destination(own: place) }
            guard let balancer = balancers[name] else {
                preconditionFailure("a site names a balancer that is not there")
            }
            return Destination(balancer, place.isBare ? nil : place)
        }
    }

    /// - Parameters:
    ///   - declared: the sites; of two for one host, the first has it.
    ///   - balancers: those that they name.
    ///   - parameters: the names of the path parameters that carry sessions.
    ///   - roots: the folders of files, by their paths.
    ///   - book: makes the rules.
    init(
        _ declared: [Declared], balancers: [String: Balancer], parameters: [String], roots: [String: FileRoot],
        _ book: inout RuleBook
    ) {
        var exactNames: [String] = []
        var exactSites: [Int] = []
        var suffixes: [String] = []
        var wildcardSites: [Int] = []
        var anyHost: Int?
        var taken: Set<SiteConfiguration.Host> = []
        for (index, site) in declared.enumerated() {
            for host in site.configuration.hosts where taken.insert(host).inserted {
                switch host {
                case .exact(let name):
                    exactNames.append(name)
                    exactSites.append(index)
                case .wildcard(let suffix):
                    suffixes.append(suffix)
                    wildcardSites.append(index)
                case .any:
                    anyHost = index
                }
            }
        }
        noSite = Destination(OwnAnswer(Refusal(.noSite)), in: book.rules(book.outermost))
        sites = declared.map { Site($0, balancers: balancers, parameters: parameters, roots: roots, &book) }
        exact = RouteTable(exactNames)
        self.exactSites = exactSites
        wildcards = RouteTable(suffixes)
        self.wildcardSites = wildcardSites
        self.anyHost = anyHost
    }

    /// Finds the balancer for a request: exact host before wildcard before any host, then the longest path on segment
    /// borders.
    ///
    /// A path that everybody reads alike is compared as it is. Another one is compared as ``PathReader`` reads it, and
    /// given to nobody where some member might take it for what belongs to another place; see ``PathTree``. So is one
    /// that is guarded but for its letters' case; see ``PathGuards``.
    ///
    /// - Parameters:
    ///   - host: the host without its port, in any case; may be empty.
    ///   - path: the target's path. Empty (`*`, or an absolute form without a path) is as `/`.
    func match(host: Span<UInt8>, path: Span<UInt8>) -> Destination {
        guard let index = site(host) else { return noSite }
        let site = sites[index]
        // Where all lead to one place it is that of `/`, the shortest path there is.
        guard site.tree != nil || site.patterns != nil else { return site.paths[site.paths.count - 1] }
        let isPlain = PathTree.isPlain(path)
        switch site.find(path, isPlain: isPlain) {
        case .path(let found):
            if let guards = site.guards, !guards.agree(path, isPlain: isPlain, on: found) { return site.otherCase }
            return site.paths[found]
        case .nothing: return site.noPath
        case .ambiguous: return site.ambiguous
        }
    }

    /// Whether a host's paths lead to more than one place, or to one with another name.
    func hasSeveralPlaces(_ host: Span<UInt8>) -> Bool {
        site(host).map { sites[$0].tree != nil || sites[$0].patterns != nil } ?? false
    }

    /// Whether a site is served here that is for a host.
    func serves(_ host: Span<UInt8>) -> Bool {
        guard let index = site(host) else { return false }
        if case .elsewhere? = sites[index].paths[0].place?.own { return false }
        return true
    }

    /// Whether a path that a request names beside its target's leads to where that does.
    ///
    /// - Parameters:
    ///   - path: the range of it, which begins with a slash.
    ///   - head: the request's.
    ///   - balancer: who answers for the target.
    ///   - place: what else belongs to it.
    func leads(
        _ path: Range<Int>, of head: borrowing RequestHead, in bytes: Span<UInt8>, to balancer: Balancer,
        _ place: Place?
    ) -> Bool {
        var found = match(host: bytes.extracting(head.hostRange), path: bytes.extracting(path))
        if let chosen = found.place?.choose(head, in: bytes) { found = chosen }
        guard found.balancer === balancer else { return false }
        let other = found.place
        return place === other
            || place?.rules === other?.rules && place?.mapping?.target == nil && other?.mapping?.target == nil
                && (place?.isServedInCleartext ?? false) == (other?.isServedInCleartext ?? false)
    }

    private func site(_ host: Span<UInt8>) -> Int? {
        // A name may be written with the root's dot (RFC 3986, section 3.2.2); more of them are no way past a site.
        var count = host.count
        while count > 0, host[count - 1] == UInt8(ascii: ".") { count -= 1 }
        guard !exactSites.isEmpty || !wildcardSites.isEmpty, count <= Self.hostBytesMax else { return anyHost }
        var lowercased = InlineArray<255, UInt8>(repeating: 0)
        for offset in 0..<count { lowercased[offset] = host[offset].asciiLowercased }
        let name = lowercased.span.extracting(0..<count)
        if let found = exact.member(for: name) { return exactSites[found] }
        var offset = 0
        while let dot = name.firstOffset(of: UInt8(ascii: "."), from: offset) {
            if let found = wildcards.member(for: name.extracting((dot + 1)..<count)) { return wildcardSites[found] }
            offset = dot + 1
        }
        return anyHost
    }

    static func matches(_ path: Span<UInt8>, _ prefix: [UInt8], isPlain: Bool) -> Bool {
        if path.isEmpty { return prefix.count == 1 }
        return isPlain
            ? PathReader.plain(path, hasPrefix: prefix.span) : PathReader.path(path, hasPrefix: prefix.span)
    }
}

extension SiteConfiguration {
    /// What no other site is called.
    var placeName: String {
        let names = hosts.map(\.description) + (listeners ?? []).map { "@\($0)" }
        return names.joined(separator: ",")
    }

    /// The paths, with the one by which a site sends its clients elsewhere.
    fileprivate var allPaths: [Path] {
        // The shortest path there is comes last.
        paths + (redirect.map { [Path(prefix: "/", action: .redirect($0))] } ?? [])
    }
}
