import Model

/// A name under the paths of a site: a path, `=` and a path, or a path and `*` with what the last segment ends in.
enum PathPattern {
    /// Reads a name and brings it to the form in which there is one for each pattern.
    static func parse(_ text: String) throws(GrammarError) -> String {
        let bytesMax = SiteConfiguration.Path.nameBytesMax
        guard text.utf8.count <= bytesMax else { throw GrammarError("is longer than \(bytesMax) bytes") }
        if text.hasPrefix("= ") {
            throw GrammarError("has a blank behind its =", meant: "=" + text.drop { $0 == "=" || $0 == " " })
        }
        if text.hasPrefix("="), !text.hasPrefix("=~") { return try exact(String(text.dropFirst())) }
        guard let slash = text.lastIndex(of: "/"), text[text.index(after: slash)...].hasPrefix("*"),
            text.hasPrefix("/"), text.filter({ $0 == "*" }).count == 1, !text.hasSuffix("*")
        else { return try PathPrefix.parse(text) }
        let below = try PathPrefix.parse(slash == text.startIndex ? "/" : String(text[..<slash]))
        let suffix = String(text[slash...].dropFirst(2))
        guard suffix.utf8.allSatisfy(isUnreserved), suffix.contains(where: { $0 != "." }) else {
            throw GrammarError(
                "has characters behind its * that no suffix has",
                cure: "a suffix is of letters, digits and -._~, such as /*.png")
        }
        return (below == "/" ? "" : below) + "/*" + suffix
    }

    private static func exact(_ text: String) throws(GrammarError) -> String {
        do throws(GrammarError) {
            let path = try PathPrefix.parse(text)
            guard path == "/" || !text.hasSuffix("/") else {
                throw GrammarError("ends in a slash", meant: path, "; a path and = are for it without one")
            }
            return "=" + path
        } catch {
            throw error.within { "=" + $0 }
        }
    }

    private static func isUnreserved(_ byte: UInt8) -> Bool {
        Character(Unicode.Scalar(byte)).isLetter && byte < 0x80
            || Character(Unicode.Scalar(byte)).isNumber && byte < 0x80 || "-._~".utf8.contains(byte)
    }
}
