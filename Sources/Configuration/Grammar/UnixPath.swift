import Model

/// Paths of UNIX-domain sockets.
enum UnixPath {
    /// Bytes of the longest path: `sun_path` less its closing NUL.
    static let bytesMax = 107

    /// Reads what stands behind `unix:`.
    ///
    /// - Parameters:
    ///   - text: the path.
    ///   - folder: what a relative path starts from.
    static func parse(_ text: Substring, from folder: BaseFolder) throws(GrammarError) -> String {
        guard !text.isEmpty else { throw GrammarError("names no path behind \"unix:\"") }
        guard !text.hasPrefix("//") else {
            throw GrammarError("has slashes like a URL", meant: "unix:/\(text.drop { $0 == "/" })")
        }
        return try parse(bare: String(text), from: folder)
    }

    /// Reads a path that stands alone.
    ///
    /// - Parameters:
    ///   - text: the path.
    ///   - folder: what a relative path starts from.
    static func parse(bare text: String, from folder: BaseFolder) throws(GrammarError) -> String {
        guard !text.hasPrefix("unix:") else {
            throw GrammarError("has a scheme", meant: String(text.dropFirst(5)))
        }
        guard !text.hasSuffix("/") else { throw GrammarError("names a folder and no socket") }
        let path = try FileWords.path(text, .socket, from: folder)
        guard path.utf8.count <= bytesMax else {
            throw GrammarError(
                "is longer than the path of a socket can be: expected at most \(bytesMax) bytes, "
                    + "found \(path.utf8.count)",
                cure: "move the socket, for instance to /run")
        }
        return path
    }
}
