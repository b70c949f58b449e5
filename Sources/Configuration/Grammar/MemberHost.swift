import Limiting

/// What members get as `Host`: a host, with a port where that is not the scheme's own.
enum MemberHost {
    /// Reads one and brings it to lower case.
    static func parse(_ text: String) throws(GrammarError) -> String {
        if let word = variables[text.lowercased()] {
            throw GrammarError("is a variable, which are none here", cure: .write(word))
        }
        if let end = text.firstRange(of: "://") {
            throw GrammarError("has a scheme", meant: String(text[end.upperBound...]))
        }
        if let slash = text.firstIndex(of: "/") {
            throw GrammarError("has a path", meant: String(text[..<slash]), "; to: says what members get as the path")
        }
        let (host, port) = try HostAndPort.split(text)
        guard !host.isEmpty else { throw GrammarError("has no host") }
        let behind = port.map { ":\($0)" } ?? ""
        let name: String
        if text.hasPrefix("[") {
            name = "[\(IPAddress(host)?.description ?? host)]"
        } else {
            do throws(GrammarError) {
                name = try HostName.parse(host)
            } catch {
                throw error.within { $0 + behind }
            }
        }
        guard let port else { return name }
        return "\(name):\(try Port.parse(port, in: 1...65_535))"
    }

    /// Those of nginx and HAProxy that stand for what `true` and `false` say.
    private static let variables = [
        "$host": "true", "$http_host": "true", "%[req.hdr(host)]": "true", "$proxy_host": "false",
    ]
}
