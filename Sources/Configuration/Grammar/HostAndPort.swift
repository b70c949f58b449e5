/// Splits `host:port`.
enum HostAndPort {
    /// Splits at the colon; brackets around an IPv6 address are taken away.
    ///
    /// - Returns: the host as it was written, and what stands behind the colon, `nil` without one.
    static func split(_ text: some StringProtocol) throws(GrammarError) -> (host: String, port: String?) {
        if text.first == "[" {
            guard let end = text.firstIndex(of: "]") else { throw GrammarError("has a [ without its ]") }
            let host = String(text[text.index(after: text.startIndex)..<end])
            guard let address = IPAddress(host), !address.isIPv4 else {
                let cure = host.contains("%") ? "an address with a zone cannot be used" : nil
                throw GrammarError("has no IPv6 address between its brackets", cure: cure)
            }
            let rest = text[text.index(after: end)...]
            guard rest.isEmpty || rest.first == ":" else {
                throw GrammarError("has something between its ] and the port")
            }
            return (host, rest.isEmpty ? nil : String(rest.dropFirst()))
        }
        let colons = text.utf8.count { $0 == UInt8(ascii: ":") }
        guard colons < 2 else {
            var cure = "write \"[::1]:8080\" for an IPv6 address"
            if let last = text.lastIndex(of: ":"), let address = IPAddress(text[..<last]) {
                cure = "write \("[\(address)]:\(text[text.index(after: last)...])".quoted)"
            } else if let address = IPAddress(text) {
                cure = "write \("[\(address)]".quoted) and a port behind it"
            }
            throw GrammarError("has an IPv6 address without brackets, or a colon too many", cure: cure)
        }
        guard let colon = text.firstIndex(of: ":") else { return (String(text), nil) }
        return (String(text[..<colon]), String(text[text.index(after: colon)...]))
    }
}
