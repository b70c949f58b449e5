import Limiting
import Model
import Reactor

/// Connections that are counted by their clients' addresses: `limits.connections-per-address` of a listener.
extension Clients {
    /// Whether a client may connect; who may not is closed without a word, which would cost the handshake that the
    /// limit spares.
    ///
    /// Trusted proxies, which stand for many clients, are not counted, nor are the clients of UNIX-domain listeners:
    /// they have no address. Proxies that name their client first are counted as that, behind their header.
    ///
    /// - Parameters:
    ///   - key: the listener's.
    ///   - counted: gets what is to be given back when the connection is closed.
    package func mayConnect(from address: SocketAddress, at key: Entrance.Key?, _ counted: inout Counted?) -> Bool {
        let entrance = bench.edge.entrance(of: key)
        guard entrance.introducers?.contains(address) != true else { return true }
        return mayConnect(from: address, by: entrance, &counted)
    }

    /// Whether a client may go on that a proxy has named.
    func mayGoOn(_ client: ClientConnection) -> Bool {
        var counted: Counted?
        guard mayConnect(from: client.peer.address, by: client.peer.entrance, &counted) else { return false }
        if let counted { self.counted[ObjectIdentifier(client)] = counted }
        return true
    }

    private func mayConnect(from address: SocketAddress, by entrance: Entrance, _ counted: inout Counted?) -> Bool {
        let edge = bench.edge
        guard let gate = entrance.connections, let bits = address.mappedBits, !edge.trust.proxies.contains(bits) else {
            return true
        }
        counted = gate.enter(bits)
        guard counted == nil else { return true }
        edge.limiters.refusals.count(.connections)
        bench.journal.report(
            .warning,
            "client \(address.host): closed, as it has limits.connections-per-address (\(gate.most)) of them open")
        return false
    }
}
