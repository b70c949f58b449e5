import Limiting
import Model
import Reactor

/// Connections that are counted by their clients' addresses: `limits.connections-per-address` of a listener.
extension Clients {
    /// Whether a client may connect; who may not is closed without a word, which would cost the handshake that the
    /// limit spares.
    ///
    /// Trusted proxies, which stand for many clients, and the clients of UNIX-domain listeners, who have no address, are
    /// not counted.
    ///
    /// - Parameters:
    ///   - key: the listener's.
    ///   - counted: gets what is to be given back when the connection is closed.
    package func mayConnect(from address: SocketAddress, at key: Entrance.Key?, _ counted: inout Counted?) -> Bool {
        let edge = bench.edge
        guard let gate = edge.entrance(of: key).connections, let bits = address.mappedBits,
            !edge.proxies.contains(bits)
        else { return true }
        counted = gate.enter(bits)
        guard counted == nil else { return true }
        bench.journal.report(
            .warning,
            "client \(address.host): closed, as it has limits.connections-per-address (\(gate.most)) of them open")
        return false
    }
}
