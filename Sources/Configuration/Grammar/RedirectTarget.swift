import Model

/// Where clients are sent: a path, or a URL with a host.
enum RedirectTarget {
    private static let bytesMax = 2_048

    /// Checks a target. What it holds is sent as it is: octets of a URI (RFC 3986), without a fragment.
    static func parse(_ text: String) throws(GrammarError) -> String {
        guard text.utf8.count <= bytesMax else { throw GrammarError("is longer than \(bytesMax) bytes") }
        if text.contains("$") || text.contains("%{") {
            throw GrammarError(
                "has a variable in it",
                cure: "there are none in redirects: what follows the path, and the query, are put behind it")
        }
        if let mark = text.firstIndex(of: "#") {
            throw GrammarError("has a fragment, which servers do not see", meant: String(text[..<mark]))
        }
        if let status = text.firstMatch(of: /^(?:30[12378]|permanent|temp|seeother) +(\/[^ ]*|https?:\/\/[^ ]+)$/) {
            throw GrammarError(
                "has a status in front", meant: String(status.1), "; beside it, status: 301 and the like say how")
        }
        if text == "https" {
            throw GrammarError(
                "is no path and no URL", cure: "write redirect: https at the listener, which keeps host and path")
        }
        guard text.utf8.allSatisfy(isOfURL) else {
            let meant = text.utf8.map { isOfURL($0) ? String(Unicode.Scalar($0)) : "%" + String($0, radix: 16) }
            throw GrammarError("has octets that no URL has", meant: meant.joined())
        }
        if text.hasPrefix("//") { throw GrammarError("has no scheme", meant: "https:" + text) }
        if text.hasPrefix("/") { return text }
        guard let scheme = ["https://", "http://"].first(where: text.lowercased().hasPrefix) else {
            let isHost = text.contains(".") && !text.contains("/")
            throw GrammarError(
                "is neither a path nor a URL: expected \(TextKind.redirectTarget.expected)",
                meant: isHost ? "https://" + text : nil)
        }
        let rest = text.dropFirst(scheme.count)
        let authority = rest.prefix { $0 != "/" && $0 != "?" }
        if let mark = authority.lastIndex(of: "@") {
            throw GrammarError("has a user in it", meant: scheme + rest[rest.index(after: mark)...])
        }
        let (host, _) = try HostAndPort.split(String(authority))
        guard !host.isEmpty else { throw GrammarError("has no host") }
        return scheme + authority + rest.dropFirst(authority.count)
    }

    /// Whether a URL may have an octet (RFC 3986, section 2).
    private static func isOfURL(_ byte: UInt8) -> Bool {
        0x21...0x7E ~= byte && !"\"<>\\^`{|}".utf8.contains(byte)
    }
}
