import Model

/// The paths of a site in lower case, and which of them are one then.
///
/// A name is looked for by those around it alone, however many paths a site has.
package struct FoldedPaths {
    private let paths: [SiteConfiguration.Path]
    private let names: [String]
    /// The ends of names, each once.
    let suffixes: [String]
    private let letters: [String: Int]
    /// The paths of each name by how they match, in their order.
    private var exact: [String: [Int]] = [:]
    private var below: [String: [Int]] = [:]
    private var ended: [String: [Int]] = [:]
    /// How many names have been looked for.
    package private(set) var lookups = 0

    /// - Parameter paths: in the order in which they go before one another.
    package init(_ paths: [SiteConfiguration.Path]) {
        self.paths = paths
        names = paths.map { $0.prefix.lowercased() }
        suffixes = Set(paths.compactMap(Self.suffix)).sorted()
        letters = Dictionary(uniqueKeysWithValues: suffixes.enumerated().map { ($0.element, $0.offset) })
        for (index, name) in names.enumerated() {
            switch paths[index].match {
            case .exact: exact[name, default: []].append(index)
            case .below: below[name, default: []].append(index)
            case .suffix: ended[name, default: []].append(index)
            }
        }
    }

    private static func suffix(_ path: SiteConfiguration.Path) -> String? {
        path.suffix?.lowercased()
    }

    /// Of the paths that stand for themselves alone, each once.
    var exactNames: [String] { exact.keys.sorted() }

    /// Of the others.
    var regionNames: [String] { Set(below.keys).union(ended.keys).sorted() }

    /// What a name leads to that an exact path has, in each spelling that is declared.
    package mutating func exact(_ name: String) -> [Int] {
        lookups += 1
        let exact = exact[name] ?? []
        let spellings = exact.map { paths[$0].prefix }
        return exact + (below[name] ?? []).filter { !spellings.contains(paths[$0].prefix) }
    }

    /// The longest paths that a name is, or is below.
    package mutating func below(_ name: String) -> [Int] {
        for around in name.lineage {
            lookups += 1
            if let longest = below[around] { return longest }
        }
        return []
    }

    /// The suffixes that are declared below a name: of equal ones there is one, the best ones first. Those of the names
    /// around it are looked for there.
    package mutating func suffixes(at name: String) -> [(letters: Int, members: [Int])] {
        lookups += 1
        var led: [(letters: Int, members: [Int])] = []
        var seen: [Int: Int] = [:]
        for index in ended[name] ?? [] {
            guard let suffix = Self.suffix(paths[index]), let letters = letters[suffix] else { continue }
            if let same = seen[letters] {
                led[same].members.append(index)
            } else {
                seen[letters] = led.count
                led.append((letters, [index]))
            }
        }
        return led
    }

    /// The innermost name around another one below which suffixes are declared.
    package mutating func suffixed(around name: String) -> String? {
        guard !ended.isEmpty else { return nil }
        for around in name.lineage.dropFirst() {
            lookups += 1
            if ended[around] != nil { return around }
        }
        return nil
    }
}

extension String {
    /// Whether a path is another one, or below it.
    func isBelow(_ prefix: String) -> Bool {
        prefix == "/" || self == prefix || hasPrefix(prefix + "/")
    }

    /// All paths that a path may be, or be below, the longest first; `/` is the last one.
    var lineage: [String] {
        var paths = [self]
        var end = utf8.endIndex
        while let slash = utf8[..<end].lastIndex(of: UInt8(ascii: "/")) {
            if slash > startIndex { paths.append(String(self[..<slash])) }
            end = slash
        }
        if self != "/" { paths.append("/") }
        return paths
    }
}
