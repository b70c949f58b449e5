/// Which host members get as `Host`.
public enum MembersHost: Sendable, Hashable {
    /// The one that the client named.
    case client
    /// Each its own.
    case own
    /// One for all, lower case, with a port where one was said; an IPv6 address stands in brackets.
    case named(String)
}

extension Codec where Value == MembersHost {
    /// `true` for the client's, `false` for each member's own, or a host.
    public static let host = Codec(
        shape: { .boolean(standard: $0.map { $0 == .client }, or: .memberHost) },
        write: { host, _ in
            switch host {
            case .client: .boolean(true)
            case .own: .boolean(false)
            case .named(let name): .text(name)
            }
        },
        read: { datum in
            switch datum {
            case .boolean(let preserves): preserves ? .client : .own
            case .text(let name): .named(name)
            default: nil
            }
        })
}
