import Bytes
import HTTP
import Model

/// The places of a site that has exact paths or suffixes. Immutable; shared by all workers.
///
/// An exact path goes before a suffix, and that before the longest path; of suffixes, the one below the longest path.
/// Suffixes are kept where they are declared alone: what is further inside looks there too.
package final class SitePatterns: Sendable {
    /// The end of a last segment.
    private struct Suffix {
        let letters: [UInt8]
        let index: Int
        let kind: Int
    }

    /// A path, of which all that is below it is led by the same suffixes: its own first, then those of the regions
    /// around it, from the innermost on.
    private struct Region {
        let prefixBytes: Int
        /// The best ones first.
        let suffixes: [Suffix]
        let endings: SuffixIndex
        /// The innermost region around it that has suffixes; `nil`: there is none.
        let outer: Int?
        /// Bytes that the path of a region has at least whose suffixes lead here: who is kept out of a path is not let
        /// in by the end of its name.
        let fenceBytes: Int
        /// The path around all of it; `nil`: there is none.
        let index: Int?
        let kind: Int
    }

    private let exactIndexes: [Int]
    private let exact: PathIndex
    private let regions: [Region]
    private let regionIndex: PathIndex
    /// The exact paths and the regions, in this order.
    private let tree: PathTree

    /// How many suffixes regions have, each counted for each region that keeps it.
    package var suffixCount: Int { regions.reduce(0) { $0 + $1.suffixes.count } }

    /// How many kinds of regions there are.
    package let regionKindCount: Int

    /// - Parameters:
    ///   - paths: in the order in which they go before one another.
    ///   - kinds: of those that are one to members, the first one's index.
    ///   - families: of those that may be taken for one another by an escaped slash, the first one's index.
    ///   - parameters: the names of the path parameters that carry sessions.
    ///   - slashes: what escaped slashes are.
    /// - Returns: `nil` where no path is exact or a suffix.
    package init?(
        _ paths: [SiteConfiguration.Path], kinds: [Int], families: [Int], parameters: [String],
        slashes: PathTree.EscapedSlashes
    ) {
        guard paths.contains(where: { $0.match != .below }) else { return nil }
        let exactPaths = paths.indices.filter { paths[$0].match == .exact }
        let exactPrefixes = exactPaths.map { Array(paths[$0].prefix.utf8) }
        exactIndexes = exactPaths
        exact = PathIndex(exactPrefixes)
        var map = RegionMap(paths)
        var places = zip(exactPaths, exactPrefixes).map { index, prefix in
            PathTree.Place(
                prefix: prefix, kind: kinds[index], isMapped: paths[index].isMapped, isExact: true,
                family: families[index])
        }
        // Regions are of one kind where their paths and their suffixes are.
        var regionKinds: [[Int]: Int] = [:]
        var made: [Region] = []
        for (number, prefix) in map.prefixes.enumerated() {
            let own = map.path(around: prefix)
            let fenceBytes = own.map { paths[$0].rules.isGuarded ? paths[$0].prefix.utf8.count : 0 } ?? 0
            let (outer, chain) = map.suffixes(around: number, fenceBytes: fenceBytes)
            let ownKind = own.map { kinds[$0] } ?? -1
            let kind = chain == 0 ? ownKind : regionKinds[[ownKind, chain], default: paths.count + regionKinds.count]
            if chain != 0 { regionKinds[[ownKind, chain]] = kind }
            let suffixes = map.suffixes(at: prefix).map { index in
                Suffix(letters: Array((paths[index].suffix ?? "").utf8), index: index, kind: kinds[index])
            }
            made.append(
                Region(
                    prefixBytes: prefix.utf8.count, suffixes: suffixes, endings: SuffixIndex(suffixes.map(\.letters)),
                    outer: outer, fenceBytes: fenceBytes, index: own, kind: ownKind))
            places.append(
                PathTree.Place(
                    prefix: Array(prefix.utf8), kind: kind, isMapped: own.map { paths[$0].isMapped } ?? false,
                    family: chain == 0 ? own.map { families[$0] } : nil))
        }
        regions = made
        regionIndex = PathIndex(map.prefixes.map { Array($0.utf8) })
        regionKindCount = regionKinds.count
        tree = PathTree(places, parameters: parameters, slashes: slashes)
    }

    /// Finds the place of a path; see ``SiteTable/match(host:path:)``.
    ///
    /// - Parameter isPlain: whether all read it alike; see ``PathTree/isPlain(_:)``.
    func find(_ path: Span<UInt8>, isPlain: Bool) -> SiteTable.Found {
        var compared = 0
        return find(path, isPlain: isPlain, compared: &compared)
    }

    /// The same for a path that all read alike: the index of the declared one.
    ///
    /// - Parameter compared: counts what it was compared with.
    package func find(plain path: Span<UInt8>, compared: inout Int) -> Int? {
        if case .path(let index) = find(path, isPlain: true, compared: &compared) { index } else { nil }
    }

    private func find(_ path: Span<UInt8>, isPlain: Bool, compared: inout Int) -> SiteTable.Found {
        if let found = exact.exact(path, isPlain: isPlain, compared: &compared) {
            return isPlain || tree.agrees(path, on: found) ? .path(exactIndexes[found]) : .ambiguous
        }
        guard let region = regionIndex.longest(path, isPlain: isPlain, compared: &compared) else { return .nothing }
        guard !isPlain else { return find(plain: path, in: region, &compared) }
        guard tree.agrees(path, on: exactIndexes.count + region) else { return .ambiguous }
        return find(path, in: region)
    }

    private func find(plain path: Span<UInt8>, in region: Int, _ compared: inout Int) -> SiteTable.Found {
        var around: Int? = region
        while let here = around, regions[here].prefixBytes >= regions[region].fenceBytes {
            if let found = regions[here].endings.best(of: path, compared: &compared) {
                return .path(regions[here].suffixes[found].index)
            }
            around = regions[here].outer
        }
        return regions[region].index.map { .path($0) } ?? .nothing
    }

    /// Finds the place of a path that may be read in several ways, all of which lead into a region.
    private func find(_ path: Span<UInt8>, in region: Int) -> SiteTable.Found {
        // The kind of those whose letters some may have found.
        var doubt: Int?
        var around: Int? = region
        while let here = around, regions[here].prefixBytes >= regions[region].fenceBytes {
            for suffix in regions[here].suffixes {
                switch PathSuffix.verdict(path, suffix: suffix.letters.span) {
                case .hasNot: continue
                case .has: return doubt ?? suffix.kind == suffix.kind ? .path(suffix.index) : .ambiguous
                case .depends:
                    guard doubt ?? suffix.kind == suffix.kind else { return .ambiguous }
                    doubt = suffix.kind
                }
            }
            around = regions[here].outer
        }
        guard doubt ?? regions[region].kind == regions[region].kind else { return .ambiguous }
        return regions[region].index.map { .path($0) } ?? .nothing
    }
}

/// The paths that others are below, or suffixes are looked for below, and what is around them. There may be thousands:
/// each is looked for among those around it alone.
private struct RegionMap {
    /// The longest first.
    let prefixes: [String]
    private let numbers: [String: Int]
    private let below: [String: Int]
    private let ended: [String: [Int]]
    private let paths: [SiteConfiguration.Path]
    /// Suffixes that lead together, by the number of the region that has the innermost ones and the number of those
    /// around it; 0 are none.
    private var chains: [[Int]: Int] = [:]

    init(_ paths: [SiteConfiguration.Path]) {
        self.paths = paths
        prefixes = Set(paths.filter { $0.match != .exact }.map(\.prefix))
            .sorted { ($1.utf8.count, $0) < ($0.utf8.count, $1) }
        numbers = Dictionary(uniqueKeysWithValues: zip(prefixes, prefixes.indices))
        var (below, ended): ([String: Int], [String: [Int]]) = ([:], [:])
        for index in paths.indices {
            switch paths[index].match {
            case .exact: continue
            case .below: if below[paths[index].prefix] == nil { below[paths[index].prefix] = index }
            case .suffix: ended[paths[index].prefix, default: []].append(index)
            }
        }
        (self.below, self.ended) = (below, ended)
    }

    /// The longest path that a name is, or is below.
    func path(around name: String) -> Int? {
        for outer in name.lineage { if let path = below[outer] { return path } }
        return nil
    }

    /// The suffixes that are declared at a name, the best ones first.
    func suffixes(at name: String) -> [Int] { ended[name] ?? [] }

    /// The innermost region around another one that has suffixes, and the number of all those together that lead in it.
    mutating func suffixes(around region: Int, fenceBytes: Int) -> (outer: Int?, chain: Int) {
        let lineage = prefixes[region].lineage
        var chain = 0
        for name in lineage.reversed() where name.utf8.count >= fenceBytes && ended[name] != nil {
            guard let number = numbers[name] else { continue }
            let key = [number, chain]
            chain = chains[key] ?? chains.count + 1
            chains[key] = chain
        }
        let outer = lineage.dropFirst().first { ended[$0] != nil }.flatMap { numbers[$0] }
        return (outer, chain)
    }
}

extension SiteConfiguration.Path {
    /// The letters that a last segment ends in; `nil`: it is not by them that the path is found.
    var suffix: String? { if case .suffix(let letters) = match { letters } else { nil } }
}
