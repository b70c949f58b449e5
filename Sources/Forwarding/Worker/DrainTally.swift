/// What a drain has ended, when its time was over.
struct DrainTally: Sendable {
    /// What became of the tunnels to a member.
    private struct Tunnels {
        var told = 0
        var cut = 0
    }

    /// Exchanges that were cut, tunnels left out.
    private var exchanges = 0
    /// By balancer and member.
    private var tunnels: [String: Tunnels] = [:]

    /// Counts an exchange that was cut.
    mutating func countExchange() {
        exchanges += 1
    }

    /// Counts a tunnel.
    ///
    /// - Parameter isTold: whether its client was told of the end; it was cut otherwise.
    mutating func countTunnel(_ member: String, isTold: Bool) {
        tunnels[member, default: Tunnels()].told += isTold ? 1 : 0
        tunnels[member, default: Tunnels()].cut += isTold ? 0 : 1
    }

    /// Adds what another worker has counted.
    mutating func add(_ other: DrainTally) {
        exchanges += other.exchanges
        for (member, counts) in other.tunnels {
            tunnels[member, default: Tunnels()].told += counts.told
            tunnels[member, default: Tunnels()].cut += counts.cut
        }
    }

    /// What the log says; `nil` where everything had ended by itself.
    var words: String? {
        guard exchanges > 0 || !tunnels.isEmpty else { return nil }
        let parts = tunnels.sorted { $0.key < $1.key }.map { member, counts in
            "tunnels to \(member): \(counts.told) were told, \(counts.cut) cut"
        }
        return (["\(exchanges) exchanges were cut"] + parts).joined(separator: "; ")
    }
}
