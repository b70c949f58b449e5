/// Where a listener waits for clients.
public enum ListenAddress: Sendable, Hashable {
    /// An IP address as a literal without brackets, and a port `0 ... 65,535`; 0: any free one. `::` is dual-stack.
    case ip(host: String, port: Int)
    /// The path of a UNIX-domain socket, as it is to be opened.
    case unix(path: String)

    /// As it is written in a configuration: `127.0.0.1:8443`, `[::]:443` or `unix:/run/martlet.sock`.
    public var description: String {
        switch self {
        case .ip(let host, let port): host.utf8.contains(UInt8(ascii: ":")) ? "[\(host)]:\(port)" : "\(host):\(port)"
        case .unix(let path): "unix:\(path)"
        }
    }
}

extension ListenAddress: CustomStringConvertible {}
