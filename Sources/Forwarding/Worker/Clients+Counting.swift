import Limiting
import Model
import Reactor

/// Connections that are counted by their clients' addresses, and the streams on them: `limits` of a listener.
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
        let words: String
        switch gate.enter(bits, now: bench.clock.now) {
        case .goesOn(let entry):
            counted = entry
            return true
        case .hasOpen(let most):
            edge.limiters.refusals.count(.connections)
            words = "it has limits.connections-per-address (\(most)) of them open"
        case .hasBegun(let rate):
            edge.limiters.refusals.count(.connectionRate)
            words = "it begins more than limits.connection-rate (\(rate)) of them"
        }
        bench.journal.report(.warning, "client \(address.host): closed, as \(words)")
        return false
    }

    /// Whether the client of a connection of HTTP/2 may begin one more stream.
    ///
    /// Trusted proxies, whose streams are of many clients, are not counted.
    func mayBeginStream(_ peer: ClientPeer) -> Bool {
        guard let streams = peer.entrance.streams, !peer.isTrusted, !peer.address.isUnix,
            !streams.take(peer.addressHash(bench.edge.limiters.secrets), now: bench.clock.now)
        else { return true }
        bench.edge.limiters.refusals.count(.streams)
        bench.journal.report(
            .warning,
            "client \(peer.address.host): a stream is refused, as it begins more than limits.stream-rate "
                + "(\(streams.rate)) of them")
        return false
    }
}
