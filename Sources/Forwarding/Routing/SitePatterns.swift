import Bytes
import HTTP
import Model

/// The places of a site that has exact paths or suffixes. Immutable; shared by all workers.
///
/// An exact path goes before a suffix, and that before the longest path; of suffixes, the one below the longest path.
final class SitePatterns: Sendable {
    /// A path that stands for itself alone.
    private struct Exact {
        let path: [UInt8]
        let index: Int
    }

    /// The end of a last segment.
    private struct Suffix {
        let letters: [UInt8]
        let index: Int
        let kind: Int
    }

    /// A path, of which all that is below it is led by the same suffixes.
    private struct Region {
        let prefix: [UInt8]
        /// The best ones first.
        let suffixes: [Suffix]
        /// The path around all of it; `nil`: there is none.
        let index: Int?
        let kind: Int
    }

    private let exact: [Exact]
    /// The longest first.
    private let regions: [Region]
    /// The exact paths and the regions, in this order.
    private let tree: PathTree

    /// - Parameters:
    ///   - paths: in the order in which they go before one another.
    ///   - kinds: of those that are one to members, the first one's index.
    ///   - families: of those that may be taken for one another by an escaped slash, the first one's index.
    ///   - parameters: the names of the path parameters that carry sessions.
    ///   - slashes: what escaped slashes are.
    /// - Returns: `nil` where no path is exact or a suffix.
    init?(
        _ paths: [SiteConfiguration.Path], kinds: [Int], families: [Int], parameters: [String],
        slashes: PathTree.EscapedSlashes
    ) {
        guard paths.contains(where: { $0.match != .below }) else { return nil }
        let exactPaths = paths.indices.filter { paths[$0].match == .exact }
        exact = exactPaths.map { Exact(path: Array(paths[$0].prefix.utf8), index: $0) }
        let prefixes = Set(paths.filter { $0.match != .exact }.map(\.prefix))
        // There may be thousands: each is looked for among those around it alone.
        let below = Dictionary(grouping: paths.indices.filter { paths[$0].match == .below }) { paths[$0].prefix }
        let ended = Dictionary(grouping: paths.indices.filter { Self.letters(of: paths[$0]) != nil }) {
            paths[$0].prefix
        }
        var made: [Region] = []
        var places = exactPaths.map { index in
            PathTree.Place(
                prefix: Array(paths[index].prefix.utf8), kind: kinds[index], isMapped: paths[index].isMapped,
                isExact: true, family: families[index])
        }
        // Regions are of one kind where their paths and their suffixes are.
        var regionKinds: [[Int]: Int] = [:]
        for prefix in prefixes.sorted(by: { $0.utf8.count > $1.utf8.count }) {
            let lineage = prefix.lineage
            let own = lineage.compactMap { below[$0]?.first }.min()
            let led = lineage.flatMap { ended[$0] ?? [] }.sorted().filter { index in
                // Who is kept out of a path is not let in by the end of its name.
                guard let own, paths[own].rules.isGuarded else { return true }
                return paths[index].prefix.isBelow(paths[own].prefix)
            }
            let key = [own.map { kinds[$0] } ?? -1] + led.map { $0 }
            let kind =
                led.isEmpty ? key[0] : regionKinds[key, default: paths.count + regionKinds.count]
            if !led.isEmpty { regionKinds[key] = kind }
            made.append(
                Region(
                    prefix: Array(prefix.utf8),
                    suffixes: led.map { index in
                        let letters = Self.letters(of: paths[index]) ?? ""
                        return Suffix(letters: Array(letters.utf8), index: index, kind: kinds[index])
                    }, index: own, kind: key[0]))
            let isMapped = own.map { paths[$0].isMapped } ?? false
            places.append(
                PathTree.Place(
                    prefix: Array(prefix.utf8), kind: kind, isMapped: isMapped,
                    family: led.isEmpty ? own.map { families[$0] } : nil))
        }
        regions = made
        tree = PathTree(places, parameters: parameters, slashes: slashes)
    }

    private static func letters(of path: SiteConfiguration.Path) -> String? {
        if case .suffix(let letters) = path.match { letters } else { nil }
    }

    /// Finds the place of a path; see ``SiteTable/match(host:path:)``.
    ///
    /// - Parameter isPlain: whether all read it alike; see ``PathTree/isPlain(_:)``.
    func find(_ path: Span<UInt8>, isPlain: Bool) -> SiteTable.Found {
        for (index, exact) in exact.enumerated() where Self.equals(path, exact.path, isPlain: isPlain) {
            return isPlain || tree.agrees(path, on: index) ? .path(exact.index) : .ambiguous
        }
        for (index, region) in regions.enumerated()
        where SiteTable.matches(path, region.prefix, isPlain: isPlain) {
            guard !isPlain else { return find(plain: path, in: region) }
            guard tree.agrees(path, on: exact.count + index) else { return .ambiguous }
            return find(path, in: region)
        }
        return .nothing
    }

    private func find(plain path: Span<UInt8>, in region: Region) -> SiteTable.Found {
        for suffix in region.suffixes where PathSuffix.ends(path, with: suffix.letters.span) {
            return .path(suffix.index)
        }
        return region.index.map { .path($0) } ?? .nothing
    }

    /// Finds the place of a path that may be read in several ways, all of which lead into a region.
    private func find(_ path: Span<UInt8>, in region: Region) -> SiteTable.Found {
        // The kind of those whose letters some may have found.
        var doubt: Int?
        for suffix in region.suffixes {
            switch PathSuffix.verdict(path, suffix: suffix.letters.span) {
            case .hasNot: continue
            case .has: return doubt ?? suffix.kind == suffix.kind ? .path(suffix.index) : .ambiguous
            case .depends:
                guard doubt ?? suffix.kind == suffix.kind else { return .ambiguous }
                doubt = suffix.kind
            }
        }
        guard doubt ?? region.kind == region.kind else { return .ambiguous }
        return region.index.map { .path($0) } ?? .nothing
    }

    private static func equals(_ path: Span<UInt8>, _ declared: [UInt8], isPlain: Bool) -> Bool {
        if path.isEmpty { return declared.count == 1 }
        return isPlain ? path.equals(declared.span) : PathReader.path(path, equals: declared.span)
    }
}
