import Model

/// URLs of members at UNIX-domain sockets.
enum SocketURL {
    /// Reads a URL such as `unix:/run/app.sock` or `fcgi+unix:/run/php/php8.2-fpm.sock`.
    ///
    /// - Returns: `nil` for one that is none of a socket.
    static func parse(_ text: String, from folder: BaseFolder) throws(GrammarError) -> MemberURL? {
        // Caddy writes it so.
        if text.hasPrefix("unix//") {
            let path = text.dropFirst(6).drop { $0 == "/" }
            throw GrammarError("has no colon behind unix", meant: scheme(of: path) + "/" + path)
        }
        guard let colon = text.firstIndex(of: ":") else { return nil }
        let path = text[text.index(after: colon)...]
        guard let speaks = try speaks(text[..<colon], path: path) else { return nil }
        let scheme = text[..<colon].dropLast(4)
        // Apache writes it so.
        if let bar = path.firstIndex(of: "|") {
            guard let meant = meant(path[..<bar], behind: path[bar...], scheme) else {
                throw GrammarError("has a URL behind its path: at sockets expected unix: or fcgi+unix:")
            }
            throw GrammarError("has a URL behind its path", meant: meant)
        }
        do throws(GrammarError) {
            return MemberURL(address: .unix(path: try UnixPath.parse(path, from: folder)), speaks: speaks)
        } catch {
            throw error.within { scheme + $0 }
        }
    }

    /// What is spoken at a socket whose URL has this scheme; `nil`: it is none of a socket.
    private static func speaks(
        _ scheme: Substring, path: Substring
    ) throws(GrammarError) -> MemberConfiguration.ApplicationProtocol? {
        switch scheme {
        case "unix": return .http1
        case "fcgi+unix": return .fastCGI
        case "fastcgi+unix", "http+unix":
            throw GrammarError(
                "has the scheme \(String(scheme).quoted)",
                meant: (scheme == "http+unix" ? "unix:" : "fcgi+unix:") + path)
        case let scheme where scheme.hasSuffix("+unix"):
            throw GrammarError("has the scheme \(String(scheme).quoted): at sockets expected unix: or fcgi+unix:")
        default: return nil
        }
    }

    /// What a path was meant for that has a URL behind it, which says only what is spoken there.
    private static func meant(_ path: Substring, behind: Substring, _ scheme: Substring) -> String? {
        if behind.hasPrefix("|fcgi:") { return "fcgi+unix:\(path)" }
        if behind.hasPrefix("|ajp:") || behind.hasPrefix("|h2c:") { return nil }
        return "\(scheme)unix:\(path)"
    }

    /// The path of a socket that was written as if it were the host of a URL, such as `fcgi:///run/php-fpm.sock` or
    /// `fcgi://unix:/run/php-fpm.sock`.
    static func path(behind scheme: Substring, _ rest: Substring) -> Substring? {
        guard ["fcgi", "fastcgi"].contains(scheme.lowercased()) else { return nil }
        let path = rest.hasPrefix("unix:") ? rest.dropFirst(5) : rest
        return path.hasPrefix("/") && path.count > 1 ? path : nil
    }

    /// How the URL of a socket begins that is called so.
    private static func scheme(of path: Substring) -> String {
        looksLikeFastCGI(path) ? "fcgi+unix:" : "unix:"
    }

    /// Whether who waits at a socket most likely speaks FastCGI, as its name has it.
    static func looksLikeFastCGI(_ path: some StringProtocol) -> Bool {
        path.contains("php") && path.contains("fpm") || path.contains("fcgi") || path.contains("fastcgi")
    }
}
