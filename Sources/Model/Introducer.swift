/// Who begins its connections to a listener with a PROXY header.
public enum Introducer: Sendable, Hashable {
    /// A proxy with one of these addresses, or, at a UNIX-domain listener, all of its clients.
    case proxy(TrustedProxy)
    /// Whoever ``EdgeConfiguration/trustedProxies`` and ``EdgeConfiguration/trustedSocketPaths`` name.
    case trusted
}

extension Introducer: LosslessStringConvertible {
    /// Reads `trusted`, a range of addresses, or `unix:` and a path.
    public init?(_ description: String) {
        if description == "trusted" {
            self = .trusted
        } else {
            guard let proxy = TrustedProxy(description) else { return nil }
            self = .proxy(proxy)
        }
    }

    /// As it is written in a configuration.
    public var description: String {
        switch self {
        case .proxy(let proxy): proxy.description
        case .trusted: "trusted"
        }
    }
}
