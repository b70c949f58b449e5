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
        if case .suffix(let letters) = path.match { letters.lowercased() } else { nil }
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

    /// The suffixes that are looked for below a name, the best ones first.
    ///
    /// - Parameter path: one to whose inside they are held; `nil`: none is.
    package mutating func suffixes(below name: String, inside path: Int?) -> [(letters: Int, members: [Int])] {
        guard !ended.isEmpty else { return [] }
        var around: [Int] = []
        for outer in name.lineage where path.map({ outer.isBelow(names[$0]) }) ?? true {
            lookups += 1
            around += ended[outer] ?? []
        }
        var led: [(letters: Int, members: [Int])] = []
        var seen: [String: Int] = [:]
        for index in around.sorted() {
            guard let suffix = Self.suffix(paths[index]), let letters = letters[suffix] else { continue }
            let key = "\(names[index])*\(suffix)"
            if let same = seen[key] {
                led[same].members.append(index)
            } else {
                seen[key] = led.count
                led.append((letters, [index]))
            }
        }
        return led
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
