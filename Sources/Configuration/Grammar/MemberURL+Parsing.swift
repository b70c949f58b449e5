import Limiting
import Model

extension MemberURL {
    /// Reads a URL such as `http://10.0.0.11:8080` (port 80 if left out), `h2c://10.0.0.11:50051`,
    /// `unix:/run/app.sock`, `fcgi://10.0.0.11:9000`, `fcgi+unix:/run/php/php8.2-fpm.sock` or `ajp://10.0.0.11` (port
    /// 8009).
    static func parse(_ text: String, from folder: BaseFolder) throws(GrammarError) -> MemberURL {
        if let socket = try SocketURL.parse(text, from: folder) { return socket }
        let (scheme, speaks, rest) = try authority(text)
        if let at = rest.lastIndex(of: "@") {
            throw GrammarError("has a user in it", meant: scheme + rest[rest.index(after: at)...])
        }
        let (host, port) = try within({ scheme + $0 }, { () throws(GrammarError) in try HostAndPort.split(rest) })
        guard !host.isEmpty else {
            throw GrammarError("has no host", meant: port.map { "\(scheme)127.0.0.1:\($0)" })
        }
        let behind = port.map { ":\($0)" } ?? ""
        let name =
            rest.hasPrefix("[")
            ? IPAddress(host)?.description ?? host
            : try within({ scheme + $0 + behind }, { () throws(GrammarError) in try HostName.parse(host) })
        let number = try port.map { text throws(GrammarError) in try Port.parse(text, in: 1...65_535) }
        guard let number = number ?? speaks.standardPort else {
            throw GrammarError(
                "has no port, which \(scheme) needs", meant: "\(scheme)\(rest):9000", ", where php-fpm waits by default"
            )
        }
        return MemberURL(address: .host(name, port: number), speaks: speaks)
    }

    private static func within<Value>(
        _ around: (String) -> String, _ parse: () throws(GrammarError) -> Value
    ) throws(GrammarError) -> Value {
        do throws(GrammarError) { return try parse() } catch { throw error.within(around) }
    }

    /// Takes a text apart that begins with a scheme of records and has no slashes behind it, or one too few.
    private static func slip(_ text: String) -> (scheme: String, rest: Substring)? {
        for (word, scheme) in [("fastcgi", "fcgi"), ("fcgi", "fcgi"), ("ajp13", "ajp"), ("ajp", "ajp")] {
            if text.hasPrefix("\(word):") { return (scheme, text.dropFirst(word.count + 1)) }
            if text.hasPrefix("\(word)//") { return (scheme, text.dropFirst(word.count + 2)) }
        }
        return nil
    }

    /// Takes scheme and closing slash away, and refuses what a member's URL cannot have.
    private static func authority(
        _ text: String
    ) throws(GrammarError) -> (scheme: String, MemberConfiguration.ApplicationProtocol, Substring) {
        guard let separator = text.firstRange(of: "://") else {
            let isPath = text.hasPrefix("/") && !text.hasPrefix("//")
            if let (scheme, rest) = slip(text) {
                let isPort = !rest.isEmpty && rest.allSatisfy { $0.isASCII && $0.isNumber }
                throw GrammarError(
                    "has no // behind its scheme",
                    meant: rest.hasPrefix("/") && scheme == "fcgi"
                        ? "fcgi+unix:\(rest)" : "\(scheme)://\(isPort ? "127.0.0.1:" : "")\(rest.drop { $0 == "/" })")
            }
            let isSlip = text.hasPrefix("http//") || text.hasPrefix("http:/")
            let rest = isSlip ? text.dropFirst(5) : text[...]
            throw GrammarError(
                "has no scheme", meant: isPath ? "unix:\(text)" : "http://\(rest.drop { $0 == "/" })",
                cure: "write http://HOST:PORT or unix:/PATH")
        }
        let rest = text[separator.upperBound...]
        if let path = SocketURL.path(behind: text[..<separator.lowerBound], rest) {
            throw GrammarError("has slashes like a URL, and is a socket", meant: "fcgi+unix:\(path)")
        }
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
                speaks == .fastCGI
                    ? "; the folder of the scripts is the balancer's: fastcgi: { root: /var/www/html }"
                    : "; members get the request's own path, or what to: says at the site's")
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
        case "fcgi": return .fastCGI
        case "ajp": return .ajp
        case "fastcgi", "ajp13":
            let meant = scheme.lowercased() == "ajp13" ? "ajp" : "fcgi"
            throw GrammarError("has the scheme \(scheme.quoted)", meant: "\(meant)://\(rest)")
        case "scgi", "uwsgi":
            throw GrammarError(
                "has the scheme \(scheme.quoted), which is spoken to no member",
                cure: "put nginx or Apache between, and name that here")
        default:
            throw GrammarError(
                "has the scheme \(scheme.quoted): expected http://, h2c://, fcgi://, ajp://, unix: or fcgi+unix:")
        }
    }
}
