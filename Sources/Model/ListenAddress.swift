import Limiting

/// Where a listener waits for clients.
public enum ListenAddress: Sendable, Hashable {
    /// An IP address as a literal without brackets, and a port `0 ... 65,535`; 0: any free one. `::` is dual-stack.
    case ip(host: String, port: Int)
    /// The path of a UNIX-domain socket, as it is to be opened.
    case unix(path: String)
}

extension ListenAddress: LosslessStringConvertible {
    /// Reads an address in the form of ``description``.
    public init?(_ description: String) {
        if description.hasPrefix("unix:") {
            self = .unix(path: String(description.dropFirst(5)))
        } else {
            guard let (host, port) = HostPort.split(description) else { return nil }
            self = .ip(host: host, port: port)
        }
    }

    /// As it is written in a configuration: `127.0.0.1:8443`, `[::]:443` or `unix:/run/martlet.sock`.
    public var description: String {
        switch self {
        case .ip(let host, let port): HostPort.joined(host, port)
        case .unix(let path): "unix:\(path)"
        }
    }
}

extension ListenAddress {
    /// Tells whether both cannot be bound at once: they are the same, or one covers the other.
    public func collides(with other: ListenAddress) -> Bool {
        switch (self, other) {
        case (.unix(let path), .unix(let otherPath)): return path == otherPath
        case (.ip(let host, let port), .ip(let otherHost, let otherPort)):
            guard port == otherPort, port != 0, let one = IPAddress(host), let two = IPAddress(otherHost) else {
                return false
            }
            return one.bits == two.bits || one.covers(two) || two.covers(one)
        default: return false
        }
    }
}

extension IPAddress {
    /// Tells whether a listener on this address gets what is sent to another one; `::` is dual-stack.
    fileprivate func covers(_ other: IPAddress) -> Bool {
        isUnspecified && (!isIPv4 || other.isIPv4)
    }
}

/// A host and a port with a colon between them; an IPv6 address stands in brackets.
enum HostPort {
    /// Takes the two apart.
    static func split(_ text: String) -> (host: String, port: Int)? {
        guard let colon = text.lastIndex(of: ":"), let port = Int(text[text.index(after: colon)...]) else { return nil }
        let host = text[..<colon]
        return (String(host.first == "[" ? host.dropFirst().dropLast() : host), port)
    }

    /// Puts the two together.
    static func joined(_ host: String, _ port: Int) -> String {
        host.utf8.contains(UInt8(ascii: ":")) ? "[\(host)]:\(port)" : "\(host):\(port)"
    }
}
