import Limiting
import Model

extension SiteConfiguration.Host {
    /// Reads one host of a site: a name, an IP literal, or `*.` and a suffix.
    static func parse(_ text: String) throws(GrammarError) -> SiteConfiguration.Host {
        // nginx has `_` for whatever no other server is for.
        if text == "*" || text == "_" {
            throw GrammarError("is no host", cure: .takeAway("leave host out for any host"))
        }
        if let end = text.firstRange(of: "://") {
            throw GrammarError("has a scheme", meant: String(text[end.upperBound...]))
        }
        if let slash = text.firstIndex(of: "/") {
            throw GrammarError("has a path", meant: String(text[..<slash]), "; paths stand under paths")
        }
        if text.hasPrefix("~") || text.hasPrefix("^") {
            throw GrammarError(
                "is a regular expression", cure: "there are none here: write a list of hosts, or \"*.example.com\""
            )
        }
        if text.contains(where: { $0 == "," || $0 == " " }) {
            throw GrammarError(
                "has a comma or a blank in it, which no host name has",
                cure: "write a list of hosts: [example.com, www.example.com]")
        }
        // nginx has this for a name and all below it.
        if text.hasPrefix(".") {
            throw GrammarError("starts with a dot", meant: "*\(text)", " for all below it")
        }
        if text.hasPrefix("*.*.") {
            throw GrammarError(
                "has more than one *", meant: String(text.dropFirst(2)), ", which has all below it, however deep")
        }
        if text.hasPrefix("["), let (host, port) = try? HostAndPort.split(text), let address = IPAddress(host) {
            guard port == nil else {
                throw GrammarError("has a port", meant: "[\(address)]", "; a site is served at every listener's port")
            }
            return .exact("[\(address)]")
        }
        if let address = IPAddress(text), !address.isIPv4 {
            throw GrammarError("is an IPv6 address without brackets", meant: "[\(address)]")
        }
        if let colon = text.firstIndex(of: ":") {
            throw GrammarError(
                "has a port", meant: String(text[..<colon]), "; a site is served at every listener's port")
        }
        guard text.hasPrefix("*.") else {
            guard !text.contains("*") else {
                let suffix = text[text.index(after: text.lastIndex(of: "*") ?? text.startIndex)...]
                throw GrammarError(
                    "has a * that is not its first part", meant: "*.\(suffix.drop { $0 == "." })",
                    cure: "a wildcard looks like \"*.example.com\"")
            }
            return .exact(try HostName.parse(text))
        }
        let suffix = try HostName.parse(String(text.dropFirst(2)))
        guard IPAddress(suffix) == nil else { throw GrammarError("is a wildcard over an IP address") }
        return .wildcard(suffix: suffix)
    }
}
