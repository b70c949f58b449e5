import Bytes
import HTTP
import Reactor

/// What a proxy says of its client before anything else (PROXY protocol, versions 1 and 2).
extension ClientConnection {
    /// Reads the header, as far as it has come. It is looked at until it is whole and taken to its last byte then: what
    /// follows is OpenSSL's.
    func introduce() {
        let slab = bench.stores.takeSlab(isLarge: false)
        defer { bench.stores.giveBack(slab) }
        switch transport.socket.peek(into: slab) {
        case .transferred: break
        case .wouldBlock: return
        // Who is asked whether it is there at all sends nothing.
        case .ended, .failed: return close(.clientGone)
        }
        let header = slab.withReadable { ProxyHeader.parse($0) }
        slab.removeAll()
        switch header {
        case .more:
            if intake.hasPeerEnded { close(.introductionFailed("the connection has ended within it")) }
        case .none: close(.introductionFailed("the connection begins with something else"))
        case .malformed: close(.introductionFailed("it is malformed"))
        case .local(let count):
            begin(behind: count, using: slab)
        case .header(let source, let destination, let count):
            peer = ClientPeer(from: source, to: destination, by: peer, edge: bench.edge)
            guard clients.mayGoOn(self) else { return close(.connectionsLimit) }
            begin(behind: count, using: slab)
        }
    }

    /// Goes on with the client itself.
    private func begin(behind count: Int, using slab: Buffer) {
        guard transport.socket.skip(count, using: slab) else { return close(.clientGone) }
        if transport.isSecure {
            return awaitStep()
        }
        phase = .waiting
        awaitRequest()
        if clients.isDraining { drain() }
        intake.mayHaveMore = true
        serve()
    }
}
