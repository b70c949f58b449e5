/// Where something listens: an address and port, or the path of a UNIX-domain socket.
enum Endpoint: Hashable, Sendable, CustomStringConvertible {
    case ipv4(port: Int)
    /// Another address of this machine's, 127.0.0.NUMBER.
    case loopback(Int, port: Int)
    case ipv6(port: Int)
    case unix(path: String)

    /// Reads `127.0.0.1:80`, `0.0.0.0:80`, `[::1]:80`, `[::]:80` or `unix:/path`; every wildcard becomes its loopback.
    init?(_ text: some StringProtocol) {
        if text.hasPrefix("unix:") {
            self = .unix(path: String(text.dropFirst(5)))
            return
        }
        guard let colon = text.lastIndex(of: ":"), let port = Int(text[text.index(after: colon)...]) else { return nil }
        self = text.hasPrefix("[") ? .ipv6(port: port) : .ipv4(port: port)
    }

    var port: Int {
        switch self {
        case .ipv4(let port), .ipv6(let port), .loopback(_, let port): port
        case .unix: 0
        }
    }

    /// The form that a configuration and curl take.
    var description: String {
        switch self {
        case .ipv4(let port): "127.0.0.1:\(port)"
        case .loopback(let number, let port): "127.0.0.\(number):\(port)"
        case .ipv6(let port): "[::1]:\(port)"
        case .unix(let path): "unix:\(path)"
        }
    }

    /// The form of a member's address in a configuration.
    var memberURL: String { memberURL("http") }

    func memberURL(_ scheme: String) -> String {
        if case .unix = self { return description }
        return "\(scheme)://\(description)"
    }
}
