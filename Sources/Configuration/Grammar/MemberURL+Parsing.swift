import Limiting
import Model

extension MemberURL {
    /// Reads a URL such as `http://10.0.0.11:8080` (port 80 if left out), `h2c://10.0.0.11:50051` or
    /// `unix:/run/app.sock`.
    static func parse(_ text: String, from folder: BaseFolder) throws(GrammarError) -> MemberURL {
        if text.hasPrefix("unix:") {
            if let bar = text.firstIndex(of: "|") {
                throw GrammarError("has a URL behind its path", meant: String(text[..<bar]))
            }
            let path = try UnixPath.parse(text.dropFirst(5), from: folder)
            return MemberURL(address: .unix(path: path), speaks: .http1)
        }
        let (scheme, speaks, rest) = try authority(text)
        if let at = rest.lastIndex(of: "@") {
            throw GrammarError("has a user in it", meant: scheme + rest[rest.index(after: at)...])
        }
        let (host, port) = try within({ scheme + $0 }, { () throws(GrammarError) in try HostAndPort.split(rest) })
        guard !host.isEmpty else { throw GrammarError("has no host") }
        let behind = port.map { ":\($0)" } ?? ""
        let name =
            rest.hasPrefix("[")
            ? IPAddress(host)?.description ?? host
            : try within({ scheme + $0 + behind }, { () throws(GrammarError) in try HostName.parse(host) })
        let number = try port.map { text throws(GrammarError) in try Port.parse(text, in: 1...65_535) } ?? 80
        return MemberURL(address: .host(name, port: number), speaks: speaks)
    }

    private static func within<Value>(
        _ around: (String) -> String, _ parse: () throws(GrammarError) -> Value
    ) throws(GrammarError) -> Value {
        do throws(GrammarError) { return try parse() } catch { throw error.within(around) }
    }

    /// Takes scheme and closing slash away, and refuses what a member's URL cannot have.
    private static func authority(
        _ text: String
    ) throws(GrammarError) -> (scheme: String, MemberConfiguration.ApplicationProtocol, Substring) {
        guard let separator = text.firstRange(of: "://") else {
            let isPath = text.hasPrefix("/") && !text.hasPrefix("//")
            let isSlip = text.hasPrefix("http//") || text.hasPrefix("http:/")
            let rest = isSlip ? text.dropFirst(5) : text[...]
            throw GrammarError(
                "has no scheme", meant: isPath ? "unix:\(text)" : "http://\(rest.drop { $0 == "/" })",
                cure: "write http://HOST:PORT or unix:/PATH")
        }
        let rest = text[separator.upperBound...]
        let speaks = try Self.speaks(String(text[..<separator.lowerBound]), rest: rest)
        let scheme = String(text[..<separator.upperBound])
        let authority = rest.prefix { $0 != "/" && $0 != "?" && $0 != "#" }
        let tail = rest[authority.endIndex...]
        switch tail.first {
        case nil: return (scheme, speaks, authority)
        case "?": throw GrammarError("has a query", meant: scheme + authority)
        case "#": throw GrammarError("has a fragment", meant: scheme + authority)
        default:
            guard tail != "/" else { return (scheme, speaks, authority) }
            throw GrammarError(
                "has a path", meant: scheme + authority,
                "; members get the request's own path, or what to: says at the site's")
        }
    }

    private static func speaks(
        _ scheme: String, rest: Substring
    ) throws(GrammarError) -> MemberConfiguration.ApplicationProtocol {
        switch scheme.lowercased() {
        case "http": return .http1
        case "h2c": return .http2Cleartext
        case "https":
            throw GrammarError(
                "asks for TLS to the member, which this version does not have yet", meant: "http://\(rest)",
                " with the port of its cleartext")
        case "h2", "grpc":
            throw GrammarError("has the scheme \(scheme.quoted)", meant: "h2c://\(rest)", " for HTTP/2 in cleartext")
        case "ws", "tcp":
            throw GrammarError(
                "has the scheme \(scheme.quoted)", meant: "http://\(rest)", "; WebSockets pass by themselves")
        case "ajp", "fcgi", "fastcgi", "scgi", "uwsgi":
            throw GrammarError(
                "has the scheme \(scheme.quoted), and members speak HTTP",
                cure: scheme.lowercased() == "ajp"
                    ? "write http:// with the port of Tomcat's HTTP connector"
                    : "put nginx or Apache between, and name that here")
        default:
            throw GrammarError("has the scheme \(scheme.quoted): expected http://, h2c:// or unix:")
        }
    }
}
