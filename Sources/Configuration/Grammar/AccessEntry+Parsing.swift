import Limiting
import Model

extension AccessEntry {
    /// What Apache and others write in front of addresses.
    private static let foreignPrefixes = ["from ", "ip ", "host "]
    /// What others call everybody and nobody.
    private static let foreignWords = [
        "any": "all", "*": "all", "everyone": "all", "everybody": "all", "world": "all", "all granted": "all",
        "all denied": "none", "nobody": "none", "off": "none", "unix:": "unix", "local": "unix",
    ]

    /// Reads a piece of `allow` or `deny`.
    ///
    /// - Parameters:
    ///   - text: as it was written.
    ///   - folder: what the relative path of a file starts from.
    /// - Returns: the text in the one form that the model has for it.
    static func parse(_ text: String, from folder: BaseFolder) throws(GrammarError) -> String {
        let lowercased = text.lowercased()
        if ["all", "none", "unix"].contains(text) { return text }
        if let meant = foreignWords[lowercased] ?? (["all", "none", "unix"].contains(lowercased) ? lowercased : nil) {
            throw GrammarError("is not how it is called here", meant: meant)
        }
        if text.hasPrefix("file:") {
            let path = text.dropFirst(5).drop { $0 == " " }
            guard !path.isEmpty else { throw GrammarError("names no path of a file") }
            return "file:" + (try FileWords.path(String(path), .accessEntry, from: folder))
        }
        if text.hasPrefix("unix:") {
            throw GrammarError(
                "names a socket: all clients of UNIX-domain listeners are one here", meant: "unix",
                ", or give that listener an allow of its own")
        }
        for prefix in foreignPrefixes where lowercased.hasPrefix(prefix) {
            throw GrammarError(
                "has a word in front of the address", meant: String(text.dropFirst(prefix.count).drop { $0 == " " }))
        }
        if isProbablyFile(text) { throw GrammarError("is no IP address or range", meant: "file:" + text) }
        return try AddressRange.configured(text).description
    }

    private static func isProbablyFile(_ text: String) -> Bool {
        text.hasPrefix("/") || text.hasPrefix("./")
            || [".txt", ".conf", ".list", ".map"].contains(where: text.hasSuffix)
    }
}
