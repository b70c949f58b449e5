import Forwarding

extension SiteConfiguration.Host {
    /// Reads the host of a site: a name, an IP literal, or `*.` and a suffix.
    static func parse(_ text: String) throws(GrammarError) -> SiteConfiguration.Host {
        if text == "*" { throw GrammarError("is no host", cure: "leave host out for any host") }
        if let end = text.firstRange(of: "://") {
            throw GrammarError("has a scheme", cure: "write \(String(text[end.upperBound...]).quoted)")
        }
        if text.contains("/") { throw GrammarError("has a path", cure: "paths stand under paths") }
        if text.hasPrefix("["), let (host, port) = try? HostAndPort.split(text), let address = IPAddress(host) {
            guard port == nil else {
                throw GrammarError("has a port", cure: "a site is served at every listener's port")
            }
            return .exact("[\(address)]")
        }
        if let address = IPAddress(text), !address.isIPv4 {
            throw GrammarError("is an IPv6 address without brackets", cure: "write \("[\(address)]".quoted)")
        }
        if text.contains(":") { throw GrammarError("has a port", cure: "a site is served at every listener's port") }
        guard text.hasPrefix("*.") else {
            guard !text.contains("*") else {
                throw GrammarError("has a * that is not its first part", cure: "write \"*.example.com\"")
            }
            return .exact(try HostName.parse(text))
        }
        let suffix = try HostName.parse(String(text.dropFirst(2)))
        guard IPAddress(suffix) == nil else { throw GrammarError("is a wildcard over an IP address") }
        return .wildcard(suffix: suffix)
    }
}
