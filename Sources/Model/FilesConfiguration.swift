/// Files of a folder that a path answers with.
public struct FilesConfiguration: Sendable, Hashable {
    /// The folder.
    public var rootPath: String
    /// What answers for a folder, the first that is there.
    public var indexes = ["index.html"]
    /// Whether `app.js.br`, `.zst` or `.gz` is sent in place of `app.js` to those who take it.
    public var prefersPrecompressed = false
    /// How the names of files end that are never sent; dot files never are.
    public var hiddenSuffixes = [".php", ".phtml", ".phar", ".inc"]
    /// The name of the balancer that answers for what is no file; `nil`: nobody does.
    public var balancer: String?

    /// Those of a folder.
    public init(rootPath: String) {
        self.rootPath = rootPath
    }
}

extension EdgeConfiguration {
    /// The folders that files are sent of, each with the keys that name it first, in the order of sites and paths.
    public var fileFolders: [(path: String, place: String)] {
        var seen: Set<String> = []
        return sites.enumerated().flatMap { index, site in
            site.paths.compactMap { path in
                guard let files = path.files, seen.insert(files.rootPath).inserted else { return nil }
                return (files.rootPath, "sites[\(index)].paths.\(path.declaredName).files")
            }
        }
    }
}
