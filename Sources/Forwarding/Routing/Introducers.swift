import Limiting
import Model
import Reactor

/// Who names its clients to a listener by the PROXY protocol, before anything else. Immutable; shared by all workers.
struct Introducers: Sendable {
    private let addresses: AddressSet
    /// Whether all do that have no address, as the listener is a UNIX-domain socket.
    private let includesLocal: Bool

    /// - Parameters:
    ///   - listener: what is declared of it.
    ///   - edge: who is trusted.
    init(_ listener: ListenerConfiguration, in edge: EdgeConfiguration) {
        var ranges: [AddressRange] = []
        var paths: Set<String> = []
        for introducer in listener.introducers {
            switch introducer {
            case .proxy(.range(let range)): ranges.append(range)
            case .proxy(.socket(let path)): paths.insert(path)
            case .trusted:
                ranges += edge.trustedProxies
                paths.formUnion(edge.trustedSocketPaths)
            }
        }
        addresses = AddressSet(ranges)
        includesLocal = if case .unix(let path) = listener.address { paths.contains(path) } else { false }
    }

    /// Whether a connection from an address must begin with a header; else it must not.
    func contains(_ address: SocketAddress) -> Bool {
        address.isUnix ? includesLocal : address.isIn(addresses)
    }
}
