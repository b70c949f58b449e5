/// Whom names are asked of.
public struct NameServers: Hashable, Sendable {
    /// Those that are asked, one after the other; empty: those of `/etc/resolv.conf`.
    public let addresses: [SocketAddress]

    /// Those of the machine: `/etc/resolv.conf`.
    public static let system = NameServers([])

    /// Servers at most: each may have two sockets, and c-ares tells of sixteen.
    public static let countMax = 8

    /// - Parameter addresses: of the first ``countMax`` at most.
    public init(_ addresses: [SocketAddress]) {
        self.addresses = Array(addresses.prefix(Self.countMax))
    }
}
