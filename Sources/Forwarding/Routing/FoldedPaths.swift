import Model

/// The paths of a site in lower case, and which of them are one then.
struct FoldedPaths {
    private let paths: [SiteConfiguration.Path]
    private let names: [String]
    /// The ends of names, each once.
    let suffixes: [String]

    /// - Parameter paths: in the order in which they go before one another.
    init(_ paths: [SiteConfiguration.Path]) {
        self.paths = paths
        names = paths.map { $0.prefix.lowercased() }
        suffixes = Set(paths.compactMap(Self.suffix)).sorted()
    }

    private static func suffix(_ path: SiteConfiguration.Path) -> String? {
        if case .suffix(let letters) = path.match { letters.lowercased() } else { nil }
    }

    /// Of the paths that stand for themselves alone, each once.
    var exactNames: [String] { Set(paths.indices.filter { paths[$0].match == .exact }.map { names[$0] }).sorted() }

    /// Of the others.
    var regionNames: [String] { Set(paths.indices.filter { paths[$0].match != .exact }.map { names[$0] }).sorted() }

    /// What a name leads to that an exact path has, in each spelling that is declared.
    func exact(_ name: String) -> [Int] {
        let exact = paths.indices.filter { paths[$0].match == .exact && names[$0] == name }
        let spellings = exact.map { paths[$0].prefix }
        return exact
            + paths.indices.filter {
                paths[$0].match == .below && names[$0] == name && !spellings.contains(paths[$0].prefix)
            }
    }

    /// The longest paths that a name is, or is below.
    func below(_ name: String) -> [Int] {
        let around = paths.indices.filter { paths[$0].match == .below && name.isBelow(names[$0]) }
        let longest = around.map { names[$0].utf8.count }.max()
        return around.filter { names[$0].utf8.count == longest }
    }

    /// The suffixes that are looked for below a name, the best ones first.
    ///
    /// - Parameter path: one to whose inside they are held; `nil`: none is.
    func suffixes(below name: String, inside path: Int?) -> [(letters: Int, members: [Int])] {
        var led: [(letters: Int, name: String, members: [Int])] = []
        for index in paths.indices where name.isBelow(names[index]) {
            guard let suffix = Self.suffix(paths[index]), let letters = suffixes.firstIndex(of: suffix),
                path.map({ names[index].isBelow(names[$0]) }) ?? true
            else { continue }
            if let same = led.firstIndex(where: { $0.letters == letters && $0.name == names[index] }) {
                led[same].members.append(index)
            } else {
                led.append((letters, names[index], [index]))
            }
        }
        return led.map { ($0.letters, $0.members) }
    }
}

extension String {
    /// Whether a path is another one, or below it.
    func isBelow(_ prefix: String) -> Bool {
        prefix == "/" || self == prefix || hasPrefix(prefix + "/")
    }
}
