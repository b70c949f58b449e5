import Balancing
import Bytes
import Forwarding

/// What is left on a stage when exchanges are over.
extension Stage {
    /// Exchanges that members count as under way.
    var inFlightCount: Int {
        edge.balancers[0].chooser.members.reduce(0) { $0 + $1.state.inFlightCount }
    }

    /// Tunnels that members count as open.
    var tunnelCount: Int {
        edge.balancers[0].chooser.members.reduce(0) { $0 + $1.state.tunnelCount }
    }

    /// Whether nothing is left of any exchange: no member counts one, and no slab is lent.
    var isAtRest: Bool {
        inFlightCount == 0 && tunnelCount == 0 && bench.lentSlabCount == 0
    }

    /// The access log's lines since the last call, each without its time.
    func takeLines() -> [String] {
        bench.journal.handOver()
        var bytes: [UInt8] = []
        while let filled = log.next() {
            filled.slab.withReadable { readable in
                for offset in readable.indices { bytes.append(readable[offset]) }
            }
        }
        return String(decoding: bytes, as: UTF8.self).split(separator: "\n").map { line in
            String(line.drop { $0 != "," })
        }
    }

    /// A client that asks for a WebSocket (RFC 6455, section 1.2).
    func askForWebSocket(_ target: String = "/chat") throws -> ScriptedClient {
        try get(
            target, fields: "Connection: Upgrade", "Upgrade: websocket", "Sec-WebSocket-Version: 13",
            "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==")
    }
}
