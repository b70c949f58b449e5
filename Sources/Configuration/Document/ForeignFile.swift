/// A file that another server is configured by, as somebody has who moves. It is looked for only where a text is no
/// mapping of YAML.
struct ForeignFile {
    /// Who reads such files.
    private enum Server: String {
        case nginx
        case haproxy = "HAProxy"
        case apache = "Apache httpd"

        /// What the page says that its users come from.
        var subject: String { self == .apache ? "mod_proxy_balancer" : rawValue }
    }

    private let server: Server
    /// The line that tells it, without blanks around it.
    private let line: String
    /// Where that begins.
    let origin: Origin

    /// Looks for the first line that no other file has.
    ///
    /// - Parameters:
    ///   - text: the file's.
    ///   - file: its name.
    /// - Returns: `nil`: there is none.
    init?(_ text: [Unicode.Scalar], file: String) {
        for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            let isBlank = { (scalar: Unicode.Scalar) in scalar.properties.isWhitespace }
            guard let end = line.lastIndex(where: { !isBlank($0) }) else { continue }
            let written = line[...end].drop(while: isBlank)
            let words = written.split(maxSplits: 1, whereSeparator: isBlank).map(Self.text)
            guard let server = Self.server(of: words) else { continue }
            self.server = server
            self.line = Self.text(written)
            origin = .mark(file: file, line: index + 1, column: written.startIndex - line.startIndex + 1)
            return
        }
        return nil
    }

    /// What is wrong with it.
    var message: String { "expected a mapping of YAML, found \(line.quoted), as \(server.rawValue) has it" }

    /// Where each directive's place is told.
    var cure: Cure { Cure("write it anew by the page Coming from \(server.subject), which says what stands for what") }

    /// - Parameter words: a line's first word and the rest, where there are any.
    private static func server(of words: [String]) -> Server? {
        let rest = words.count > 1 ? words[1] : ""
        switch words.first {
        case "http", "events", "stream", "server": return rest == "{" ? .nginx : nil
        case "upstream", "location": return rest.hasSuffix("{") ? .nginx : nil
        case "global", "defaults": return rest.isEmpty ? .haproxy : nil
        case "frontend", "backend", "listen": return rest.isEmpty || rest.hasSuffix(";") ? nil : .haproxy
        case "<VirtualHost", "<Proxy", "<Location", "<IfModule", "ProxyPass", "BalancerMember", "LoadModule":
            return rest.isEmpty ? nil : .apache
        default: return nil
        }
    }

    private static func text(_ scalars: some Sequence<Unicode.Scalar>) -> String {
        var text = String.UnicodeScalarView()
        text.append(contentsOf: scalars.map { $0 == DocumentBuilder.hiddenStar ? "*" : $0 })
        return String(text)
    }
}
