import Limiting
import Model

extension ListenAddress {
    /// Whether only clients on this machine come by it, such as a proxy that ends TLS.
    var isLocal: Bool {
        switch self {
        case .unix: true
        case .ip(let host, _): IPAddress(host)?.isLoopback ?? true
        }
    }
}
