import Bytes
import Session

/// Which balancer answers for a host and a path.
///
/// Immutable, shared by all workers; looking up allocates nothing.
final class SiteTable: Sendable {
    /// Bytes of a host that can be declared (RFC 1035, section 2.3.4); a longer one matches no declared name.
    private static let hostBytesMax = 255

    private let sites: [[Path]]
    private let exact: RouteTable
    private let exactSites: [Int]
    private let wildcards: RouteTable
    private let wildcardSites: [Int]
    private let anyHost: Int?

    private struct Path {
        let prefix: [UInt8]
        let balancer: Int
    }

    init(_ configurations: [SiteConfiguration]) {
        var exactNames: [String] = []
        var exactSites: [Int] = []
        var suffixes: [String] = []
        var wildcardSites: [Int] = []
        var anyHost: Int?
        for (index, site) in configurations.enumerated() {
            switch site.host {
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
        sites = configurations.map { site in
            site.paths.map { Path(prefix: Array($0.prefix.utf8), balancer: $0.balancer) }
        }
        exact = RouteTable(exactNames)
        self.exactSites = exactSites
        wildcards = RouteTable(suffixes)
        self.wildcardSites = wildcardSites
        self.anyHost = anyHost
    }

    /// Finds the balancer for a request: exact host before wildcard before any host, then the longest path on segment
    /// borders.
    ///
    /// - Parameters:
    ///   - host: the host without its port, in any case; may be empty.
    ///   - path: the target's path; a path parameter (`;`) ends a segment too. Empty (`*`, or an absolute form without
    ///     a path) is as `/`.
    /// - Returns: the balancer's index, or `nil` when no site or none of its paths matches.
    func balancer(host: Span<UInt8>, path: Span<UInt8>) -> Int? {
        guard let site = site(host) else { return nil }
        let paths = sites[site]
        for index in paths.indices where Self.matches(path, paths[index].prefix) {
            return paths[index].balancer
        }
        return nil
    }

    private func site(_ host: Span<UInt8>) -> Int? {
        guard !exactSites.isEmpty || !wildcardSites.isEmpty, host.count <= Self.hostBytesMax else { return anyHost }
        var lowercased = InlineArray<255, UInt8>(repeating: 0)
        for offset in host.indices { lowercased[offset] = host[offset].asciiLowercased }
        // A name may be written with the root's dot (RFC 3986, section 3.2.2).
        let count = host.count > 0 && host[host.count - 1] == UInt8(ascii: ".") ? host.count - 1 : host.count
        let name = lowercased.span.extracting(0..<count)
        if let found = exact.member(for: name) { return exactSites[found] }
        var offset = 0
        while let dot = name.firstOffset(of: UInt8(ascii: "."), from: offset) {
            if let found = wildcards.member(for: name.extracting((dot + 1)..<count)) { return wildcardSites[found] }
            offset = dot + 1
        }
        return anyHost
    }

    private static func matches(_ path: Span<UInt8>, _ prefix: [UInt8]) -> Bool {
        if path.isEmpty { return prefix.count == 1 }
        guard path.count >= prefix.count, path.extracting(0..<prefix.count).equals(prefix.span) else { return false }
        guard path.count > prefix.count, prefix.count > 1 else { return true }
        let next = path[prefix.count]
        return next == UInt8(ascii: "/") || next == UInt8(ascii: ";")
    }
}
