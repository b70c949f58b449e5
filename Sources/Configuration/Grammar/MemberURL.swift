import Forwarding

/// A member's URL: where it waits, and what it speaks there.
struct MemberURL {
    let address: MemberConfiguration.Address
    let speaks: MemberConfiguration.ApplicationProtocol

    /// Reads a URL such as `http://10.0.0.11:8080` (port 80 if left out), `h2c://10.0.0.11:50051` or
    /// `unix:/run/app.sock`.
    static func parse(_ text: String, from folder: BaseFolder) throws(GrammarError) -> MemberURL {
        if text.hasPrefix("unix:") {
            let path = try UnixPath.parse(text.dropFirst(5), from: folder)
            return MemberURL(address: .unix(path: path), speaks: .http1)
        }
        let (speaks, rest) = try authority(text)
        if rest.contains("@") { throw GrammarError("has a user in it", cure: "take it away up to the @") }
        let (host, port) = try HostAndPort.split(rest)
        guard !host.isEmpty else { throw GrammarError("has no host") }
        let name = rest.hasPrefix("[") ? IPAddress(host)?.description ?? host : try HostName.parse(host)
        let number = try port.map { text throws(GrammarError) in try Port.parse(text, in: 1...65_535) } ?? 80
        return MemberURL(address: .host(name, port: number), speaks: speaks)
    }

    /// Takes scheme and closing slash away, and refuses what a member's URL cannot have.
    private static func authority(
        _ text: String
    ) throws(GrammarError) -> (MemberConfiguration.ApplicationProtocol, Substring) {
        guard let separator = text.firstRange(of: "://") else {
            throw GrammarError(
                "has no scheme",
                cure: text.contains("/") ? "write http://HOST:PORT or unix:/PATH" : "write http://\(text.shortened)")
        }
        let speaks: MemberConfiguration.ApplicationProtocol
        switch text[..<separator.lowerBound].lowercased() {
        case "http": speaks = .http1
        case "h2c": speaks = .http2Cleartext
        case "https":
            throw GrammarError(
                "asks for TLS to the member, which this version does not have yet", cure: "write http://")
        default:
            throw GrammarError(
                "has the scheme \(String(text[..<separator.lowerBound]).quoted): expected http://, h2c:// or unix:")
        }
        let rest = text[separator.upperBound...]
        let authority = rest.prefix { $0 != "/" && $0 != "?" && $0 != "#" }
        switch rest[authority.endIndex...] {
        case "", "/": return (speaks, authority)
        case let tail:
            let (what, cure) =
                switch tail.first {
                case "?": ("a query", "take it away")
                case "#": ("a fragment", "take it away")
                default: ("a path", "a member gets the request's own path; take \(String(tail).quoted) away")
                }
            throw GrammarError("has \(what)", cure: cure)
        }
    }
}
