import Bytes
import HTTP
import Model

/// The guarded paths of a site, as members find them that take letters for the same in both cases.
///
/// A path that such a member takes for a guarded one, and that leads elsewhere by its own letters, would go past the
/// guard. Paths that are declared themselves are what was meant. Immutable; shared by all workers.
final class PathGuards: Sendable {
    /// Declared paths that are one but for their case.
    private struct Group {
        var members: [Int] = []
        /// The guards of those that are guarded, each once.
        var guards: [Int] = []
    }

    /// What a path may lead to that is in a place of the tree. Suffixes are kept where they are declared alone.
    private struct Zone {
        /// The best ones first: the index of the letters, and whose they are.
        var suffixes: [(letters: Int, group: Group)] = []
        var endings = SuffixIndex([])
        var prefixBytes = 0
        /// The innermost zone around it that has suffixes; `nil`: there is none.
        var outer: Int?
        /// Bytes that the path of a zone has at least whose suffixes lead here.
        var fenceBytes = 0
        var own = Group()
    }

    /// Which letters a path ends in.
    private struct Endings {
        private var has: UInt64 = 0
        private var mayHave: UInt64 = 0

        /// Of the first 64 of them; `nil` for further ones.
        subscript(index: Int) -> PathSuffix.Verdict? {
            guard index < UInt64.bitWidth else { return nil }
            if has >> UInt64(index) & 1 != 0 { return .has }
            return mayHave >> UInt64(index) & 1 != 0 ? .depends : .hasNot
        }

        mutating func note(_ verdict: PathSuffix.Verdict, on index: Int) {
            if verdict == .has { has |= 1 << UInt64(index) }
            if verdict == .depends { mayHave |= 1 << UInt64(index) }
        }
    }

    /// By the kinds of the tree's places.
    private let zones: [Zone]
    /// The ends of names that some paths are for, in lower case.
    private let suffixes: [[UInt8]]
    private let tree: PathTree
    /// The guards of the declared paths; see ``PathGuard/numbers(of:in:)``.
    private let guards: [Int]
    /// Whether members or files answer for some requests of a path.
    private let looksForNames: [Bool]

    /// - Parameters:
    ///   - paths: in the order in which they go before one another.
    ///   - guards: theirs; see ``PathGuard/numbers(of:in:)``.
    ///   - parameters: the names of the path parameters that carry sessions.
    /// - Returns: `nil` where no path is guarded otherwise than the others.
    init?(_ paths: [SiteConfiguration.Path], guards: [Int], parameters: [String]) {
        guard Set(guards).count > 1 else { return nil }
        self.guards = guards
        looksForNames = paths.map { path in
            ([path.action] + path.cases.map(\.action)).contains(where: Self.looksForName)
        }
        var folded = FoldedPaths(paths)
        let suffixes = folded.suffixes.map { Array($0.utf8) }
        self.suffixes = suffixes
        var zones: [Zone] = []
        var places: [PathTree.Place] = []
        func group(_ members: [Int]) -> Group {
            Group(members: members, guards: Set(members.map { guards[$0] }).subtracting([0]).sorted())
        }
        for name in folded.exactNames {
            let prefix = Array(name.utf8)
            places.append(PathTree.Place(prefix: prefix, kind: zones.count, isMapped: false, isExact: true))
            zones.append(Zone(own: group(folded.exact(name))))
        }
        let regionNames = folded.regionNames
        let numbers = Dictionary(
            uniqueKeysWithValues: regionNames.enumerated().map { ($0.element, zones.count + $0.offset) })
        for name in regionNames {
            let own = group(folded.below(name))
            let led = folded.suffixes(at: name)
            // Who is kept out of a path is not let in by the end of its name (``SitePatterns``).
            let fence = own.members.first { paths[$0].rules.isGuarded }
            let prefix = Array(name.utf8)
            places.append(PathTree.Place(prefix: prefix, kind: zones.count, isMapped: false))
            zones.append(
                Zone(
                    suffixes: led.map { ($0.letters, group($0.members)) },
                    endings: SuffixIndex(led.map { suffixes[$0.letters] }, ignoresCase: true),
                    prefixBytes: prefix.count, outer: folded.suffixed(around: name).flatMap { numbers[$0] },
                    fenceBytes: fence.map { paths[$0].prefix.utf8.count } ?? 0, own: own))
        }
        self.zones = zones
        tree = PathTree(places, parameters: parameters, ignoresCase: true)
    }

    /// Whether somebody looks for what the path names: members, or a file system, some of which ignore case too.
    private static func looksForName(_ action: SiteConfiguration.Path.Action) -> Bool {
        switch action {
        case .balancer, .files: true
        case .redirect, .answer: false
        }
    }

    /// Whether whoever reads a path without regard to letters' case finds no other guard than the one before which it
    /// leads.
    ///
    /// - Parameters:
    ///   - path: a target's path.
    ///   - isPlain: whether all read it alike, case aside; see ``PathTree/isPlain(_:)``.
    ///   - found: the index of the declared path to which it leads.
    func agree(_ path: Span<UInt8>, isPlain: Bool, on found: Int) -> Bool {
        guard looksForNames[found], !path.isEmpty else { return true }
        if isPlain {
            let zone = tree.kind(ofPlain: path)
            guard zone >= 0 else { return true }
            var compared = 0
            var around: Int? = zone
            while let here = around, zones[here].prefixBytes >= zones[zone].fenceBytes {
                if let ending = zones[here].endings.best(of: path, compared: &compared) {
                    return isOpen(zones[here].suffixes[ending].group, to: found)
                }
                around = zones[here].outer
            }
            return isOpen(zones[zone].own, to: found)
        }
        let endings = endings(of: path)
        return tree.allReadings(of: path) { zone in zone < 0 || isOpen(zone, to: found, path, endings) }
    }

    /// Looked up once, as a path may have many ends.
    private func endings(of path: Span<UInt8>) -> Endings {
        var endings = Endings()
        for index in 0..<min(suffixes.count, UInt64.bitWidth) { endings.note(verdict(path, on: index), on: index) }
        return endings
    }

    private func verdict(_ path: Span<UInt8>, on index: Int) -> PathSuffix.Verdict {
        let letters = suffixes[index]
        return PathSuffix.verdict(path, suffix: letters.span, ignoringCase: true)
    }

    /// Whether a path that leads to `found` finds no other guard in a zone that some find it in.
    private func isOpen(_ zone: Int, to found: Int, _ path: Span<UInt8>, _ endings: Endings) -> Bool {
        var around: Int? = zone
        while let here = around, zones[here].prefixBytes >= zones[zone].fenceBytes {
            for (index, group) in zones[here].suffixes {
                switch endings[index] ?? verdict(path, on: index) {
                case .hasNot: continue
                case .has: return isOpen(group, to: found)
                case .depends: guard isOpen(group, to: found) else { return false }
                }
            }
            around = zones[here].outer
        }
        return isOpen(zones[zone].own, to: found)
    }

    private func isOpen(_ group: Group, to found: Int) -> Bool {
        if group.guards.isEmpty || group.members.contains(found) { return true }
        return group.guards.count == 1 && group.guards[0] == guards[found]
    }
}
