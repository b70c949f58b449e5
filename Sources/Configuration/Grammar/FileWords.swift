import Model

/// Names and paths of files that are sent.
enum FileWords {
    private static let pathBytesMax = 4_095
    private static let nameBytesMax = 255

    /// Checks a folder; a closing slash is taken away.
    static func folder(_ text: String, from base: BaseFolder) throws(GrammarError) -> String {
        if let scheme = ["http://", "https://"].first(where: text.hasPrefix) {
            throw GrammarError("is a URL of \(scheme.prefix { $0 != ":" }): expected \(TextKind.fileFolder.expected)")
        }
        var path = Substring(try Self.path(text, .fileFolder, from: base))
        guard path.utf8.count <= pathBytesMax else { throw GrammarError("is longer than \(pathBytesMax) bytes") }
        while path.count > 1, path.hasSuffix("/") { path.removeLast() }
        return String(path)
    }

    /// Checks a path: with a NUL in it the system would open another one, and a message break at a line feed.
    static func path(_ text: String, _ kind: TextKind, from base: BaseFolder) throws(GrammarError) -> String {
        guard text.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7F }) else {
            throw GrammarError("has a control character: expected \(kind.expected)")
        }
        return base.path(text)
    }

    /// Checks the name of a file in any folder.
    static func name(_ text: String) throws(GrammarError) -> String {
        if text.hasPrefix("/"), text.count > 1, !text.dropFirst().contains("/") {
            throw GrammarError("has a slash in it", meant: String(text.dropFirst()))
        }
        guard text.utf8.count <= nameBytesMax else { throw GrammarError("is longer than \(nameBytesMax) bytes") }
        guard !text.hasPrefix("."), text.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7F && $0 != UInt8(ascii: "/") }) else {
            throw GrammarError("is no name of a file that is sent: expected \(TextKind.fileName.expected)")
        }
        return text
    }
}
