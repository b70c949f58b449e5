import Limiting
import Model

/// Splits `host:port`.
enum HostAndPort {
    /// Splits at the colon; brackets around an IPv6 address are taken away.
    ///
    /// - Returns: the host as it was written, and what stands behind the colon, `nil` without one.
    static func split(_ text: some StringProtocol) throws(GrammarError) -> (host: String, port: String?) {
        if text.first == "[" {
            guard let end = text.firstIndex(of: "]") else { throw GrammarError("has a [ without its ]") }
            let host = String(text[text.index(after: text.startIndex)..<end])
            if let address = IPAddress(host.prefix { $0 != "%" }), address.isLinkLocal {
                throw GrammarError(
                    "has a link-local address, which needs a zone, and there is no form for one",
                    cure: "name another address of that machine, or [::] where a listener is to have them all")
            }
            guard let address = IPAddress(host), !address.isIPv4 else {
                if let zone = host.firstIndex(of: "%") {
                    throw GrammarError(
                        "has a zone, which cannot be used",
                        meant: "[\(host[..<zone])]\(text[text.index(after: end)...])")
                }
                let rest = text[text.index(after: end)...]
                throw GrammarError(
                    "has no IPv6 address between its brackets",
                    meant: IPAddress(host).map { address in "\(address)\(rest)" })
            }
            let rest = text[text.index(after: end)...]
            guard rest.isEmpty || rest.first == ":" else {
                throw GrammarError("has something between its ] and the port", meant: "[\(host)]:\(rest)")
            }
            return (host, rest.isEmpty ? nil : String(rest.dropFirst()))
        }
        let colons = text.utf8.count { $0 == UInt8(ascii: ":") }
        guard colons < 2 else {
            var meant: String?
            if let last = text.lastIndex(of: ":"), let address = IPAddress(text[..<last]) {
                meant = "[\(address)]:\(text[text.index(after: last)...])"
            } else if let address = IPAddress(text) {
                meant = "[\(address)]"
            }
            throw GrammarError("has an IPv6 address without brackets, or a colon too many", meant: meant)
        }
        guard let colon = text.firstIndex(of: ":") else { return (String(text), nil) }
        return (String(text[..<colon]), String(text[text.index(after: colon)...]))
    }
}
