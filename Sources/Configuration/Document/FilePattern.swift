/// A path with `*` and `?` in it, each for characters of one name: `conf.d/*.yaml`.
///
/// Names that begin with a dot are met by none, as editors keep their copies under such.
struct FilePattern {
    /// Why it cannot be told what it stands for.
    struct Fault: Error {
        /// The folder, and what is wrong with it.
        let words: String
        /// What would mend it.
        let cure: Cure
    }

    /// The path as the process is to open it.
    let path: String

    /// Whether a path is a pattern.
    static func isPattern(_ path: String) -> Bool {
        path.utf8.contains { $0 == UInt8(ascii: "*") || $0 == UInt8(ascii: "?") }
    }

    /// The files that it stands for, in the order of their names.
    ///
    /// - Parameters:
    ///   - files: where they are.
    ///   - countMax: how many there may be; one more is returned where there are more.
    /// - Returns: `nil` where the folder that all of them would be in is missing.
    func matches(in files: IncludedFiles, countMax: Int) throws(Fault) -> [String]? {
        let parts = path.split(separator: "/", omittingEmptySubsequences: true).map(String.init)
        var paths = [path.hasPrefix("/") ? "/" : ""]
        var isFirst = true
        for (index, part) in parts.enumerated() {
            let isLast = index == parts.count - 1
            if !Self.isPattern(part), !isLast {
                paths = paths.map { "\($0)\(part)/" }
                continue
            }
            var found: [String] = []
            for folder in paths {
                for name in try names(in: folder, of: files) ?? [] where Self.matches(name, part) {
                    found.append("\(folder)\(name)\(isLast ? "" : "/")")
                }
                guard found.count > countMax else { continue }
                if isLast { break }
                throw Fault(words: "\(path) stands for more than \(countMax) folders", cure: "name fewer by it")
            }
            if isFirst, found.isEmpty, !isFolder(paths[0], files) { return nil }
            isFirst = false
            paths = found.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
        }
        return Array(paths.prefix(countMax + 1))
    }

    /// The names in a folder; `nil`: there is none, or it is a file.
    private func names(in folder: String, of files: IncludedFiles) throws(Fault) -> [String]? {
        switch files.list(folder) {
        case .names(let names): return names
        case .missing, .file: return nil
        case .unreadable(let words):
            throw Fault(
                words: "\(folder.isEmpty ? "the folder" : folder) \(words)",
                cure: "let the user that runs Martlet read it, or name another folder")
        }
    }

    private func isFolder(_ path: String, _ files: IncludedFiles) -> Bool {
        if case .names = files.list(path) { true } else { false }
    }

    /// Whether a name is one that a part of a pattern stands for.
    static func matches(_ name: String, _ pattern: String) -> Bool {
        guard !name.hasPrefix(".") || pattern.hasPrefix(".") else { return false }
        let (name, pattern) = (Array(name.unicodeScalars), Array(pattern.unicodeScalars))
        var (at, of) = (0, 0)
        /// Where the last star stands, and how far it reaches.
        var star: (of: Int, at: Int)?
        while at < name.count {
            if of < pattern.count, pattern[of] == "*" {
                star = (of, at)
                of += 1
            } else if of < pattern.count, pattern[of] == "?" || pattern[of] == name[at] {
                (at, of) = (at + 1, of + 1)
            } else if let (starOf, starAt) = star {
                star = (starOf, starAt + 1)
                (at, of) = (starAt + 1, starOf + 1)
            } else {
                return false
            }
        }
        return pattern[of...].allSatisfy { $0 == "*" }
    }
}
