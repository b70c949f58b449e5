import Bytes
import HTTP
import Model
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

    /// Who answers for a request.
    enum Match {
        /// A balancer, and what else belongs to the path; `nil`: nothing.
        case balancer(Int, Place?)
        /// Martlet itself.
        case own(Place)
        /// No site has the host.
        case none
        /// The site, whose rules these are, has no path for it.
        case noPath(Rules?)
        /// The path can be read in several ways, and not all of them lead to the same place.
        case ambiguous(Rules?)
        /// But for its letters' case the path is one that is guarded otherwise.
        case otherCase(Rules?)

        /// What else belongs to the path.
        var place: Place? {
            switch self {
            case .balancer(_, let place): place
            case .own(let place): place
            case .none, .noPath, .ambiguous, .otherCase: nil
            }
        }
    }

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

    private struct Site {
        let paths: [Path]
        let rules: Rules?
        /// Finds out whether a path leads to the same place for everybody; `nil` where all do, or ``patterns`` does.
        let tree: PathTree?
        /// Finds the place of a path where the longest one is not always it.
        let patterns: SitePatterns?
        /// Finds out whether a path is a guarded one but for its letters' case; `nil` where none is guarded otherwise
        /// than the others, or case tells paths apart.
        let guards: PathGuards?

        init(_ declared: Declared, balancers: [String: Int], parameters: [String], _ book: inout RuleBook) {
            let site = declared.configuration
            let siteRules = book.configuration(of: site)
            rules = book.rules(siteRules)
            guard declared.isServed else {
                paths = [Path(prefix: Array("/".utf8), match: .own(Place(elsewhere: declared.redirect, rules: rules)))]
                tree = nil
                patterns = nil
                guards = nil
                return
            }
            let configurations = site.allPaths
            let matches = configurations.map { path in
                let placed = path.rules.placed(at: "\(site.placeName) \(path.declaredName)")
                let rules = book.rules(placed.inheriting(siteRules))
                let cases = path.cases.map { one in
                    var own = path
                    (own.action, own.cases) = (one.action, [])
                    let place = Place(own, rules: rules, redirect: declared.redirect, cases: [])
                    return PlaceCase(one.condition, match: Self.match(own, place, balancers))
                }
                let place = Place(path, rules: rules, redirect: declared.redirect, cases: cases)
                return Self.match(path, place, balancers)
            }
            paths = zip(configurations, matches).map { Path(prefix: Array($0.prefix.utf8), match: $1) }
            let kinds = configurations.map { path in
                configurations.firstIndex { $0.isAs(path) } ?? 0
            }
            let guards = PathGuard.numbers(of: configurations, in: siteRules)
            let families = configurations.indices.map { path in
                configurations.indices.first {
                    guards[$0] == guards[path] && configurations[$0].isOfFamily(of: configurations[path])
                } ?? 0
            }
            let slashes: PathTree.EscapedSlashes =
                switch site.escapedSlashes {
                case .judge: .judged
                case .pass: .passed
                case .refuse: .refused
                }
            let isOne =
                slashes != .refused
                && Set(kinds).count == 1
                && configurations.contains { $0.prefix == "/" && $0.match == .below && $0.target == nil }
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
                            isMapped: configurations[index].target != nil, family: families[index])
                    }, parameters: parameters, slashes: slashes)
            self.guards =
                isOne || site.letterCase == .exact
                ? nil : PathGuards(configurations, guards: guards, parameters: parameters)
        }

        /// Where a path leads.
        ///
        /// - Parameter isPlain: whether all read it alike; see ``PathTree/isPlain(_:)``.
        func find(_ path: Span<UInt8>, isPlain: Bool) -> Found {
            if let patterns { return patterns.find(path, isPlain: isPlain) }
            for candidate in paths.indices where SiteTable.matches(path, paths[candidate].prefix, isPlain: isPlain) {
                return isPlain || tree?.agrees(path, on: candidate) ?? true ? .path(candidate) : .ambiguous
            }
            return .nothing
        }

        private static func match(
            _ path: SiteConfiguration.Path, _ place: Place, _ balancers: [String: Int]
        ) -> Match {
            switch path.action {
            case .balancer(let name):
                guard let index = balancers[name] else {
                    preconditionFailure("a site names a balancer that is not there")
                }
                return .balancer(index, place.isBare ? nil : place)
            case .redirect, .answer: return .own(place)
            }
        }
    }

    private struct Path {
        let prefix: [UInt8]
        let match: Match
    }

    /// - Parameters:
    ///   - declared: the sites; of two for one host, the first has it.
    ///   - balancers: the indices of the balancers that they name.
    ///   - parameters: the names of the path parameters that carry sessions.
    ///   - book: makes the rules.
    init(_ declared: [Declared], balancers: [String: Int], parameters: [String], _ book: inout RuleBook) {
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
        sites = declared.map { Site($0, balancers: balancers, parameters: parameters, &book) }
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
    func match(host: Span<UInt8>, path: Span<UInt8>) -> Match {
        guard let index = site(host) else { return .none }
        let site = sites[index]
        // Where all lead to one place it is that of `/`, the shortest path there is.
        guard site.tree != nil || site.patterns != nil else { return site.paths[site.paths.count - 1].match }
        let isPlain = PathTree.isPlain(path)
        switch site.find(path, isPlain: isPlain) {
        case .path(let found):
            if let guards = site.guards, !guards.agree(path, isPlain: isPlain, on: found) {
                return .otherCase(site.rules)
            }
            return site.paths[found].match
        case .nothing: return .noPath(site.rules)
        case .ambiguous: return .ambiguous(site.rules)
        }
    }

    /// Whether a host's paths lead to more than one place, or to one with another name.
    func hasSeveralPlaces(_ host: Span<UInt8>) -> Bool {
        site(host).map { sites[$0].tree != nil || sites[$0].patterns != nil } ?? false
    }

    /// Whether a site is served here that is for a host.
    func serves(_ host: Span<UInt8>) -> Bool {
        guard let index = site(host) else { return false }
        if case .own(let place) = sites[index].paths[0].match, case .elsewhere? = place.own { return false }
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
        _ path: Range<Int>, of head: borrowing RequestHead, in bytes: Span<UInt8>, to balancer: Int, _ place: Place?
    ) -> Bool {
        var found = match(host: bytes.extracting(head.hostRange), path: bytes.extracting(path))
        if let chosen = found.place?.choose(head, in: bytes) { found = chosen }
        guard case .balancer(balancer, let other) = found else { return false }
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

extension SiteConfiguration.Path {
    /// Whether a request is the same to members wherever of the two it belongs.
    fileprivate func isAs(_ other: Self) -> Bool {
        // Where a redirect leads to depends on the path in whose place its target stands.
        guard target == nil, other.target == nil, !redirects, !other.redirects else { return self == other }
        return action == other.action && preservesHost == other.preservesHost && mapsAnswers == other.mapsAnswers
            && cookieDomains == other.cookieDomains && isServedInCleartext == other.isServedInCleartext
            && rules.placed(at: declaredName) == other.rules.placed(at: other.declaredName)
            && cases == other.cases
    }

    private var redirects: Bool {
        ([action] + cases.map(\.action)).contains { if case .redirect = $0 { true } else { false } }
    }

    /// Whether one of two with equal guards may be taken for the other where they differ by an escaped slash: one
    /// balancer answers for both, and neither keeps anybody out by itself.
    fileprivate func isOfFamily(of other: Self) -> Bool {
        guard target == nil, other.target == nil, !rules.isGuarded, !other.rules.isGuarded, cases.isEmpty,
            other.cases.isEmpty, let balancer
        else { return isAs(other) }
        return balancer == other.balancer
    }
}
