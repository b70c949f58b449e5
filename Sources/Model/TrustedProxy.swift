import Limiting

/// A client whose `X-Forwarded-*` fields are appended to.
public enum TrustedProxy: Sendable, Hashable {
    /// One of these addresses.
    case range(AddressRange)
    /// One that connects to the listener of this path.
    case socket(path: String)
}

extension TrustedProxy: LosslessStringConvertible {
    /// Reads a range of addresses, or `unix:` and a path.
    public init?(_ description: String) {
        if description.hasPrefix("unix:") {
            self = .socket(path: String(description.dropFirst(5)))
        } else {
            guard let range = AddressRange(description) else { return nil }
            self = .range(range)
        }
    }

    /// As it is written in a configuration.
    public var description: String {
        switch self {
        case .range(let range): range.description
        case .socket(let path): "unix:\(path)"
        }
    }
}
