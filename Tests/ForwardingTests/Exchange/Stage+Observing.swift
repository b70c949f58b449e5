import Balancing
import Bytes
import Forwarding

/// The members, what is under way, and what is left when exchanges are over.
extension Stage {
    /// What turns the access log on.
    static let logging = "log: { access: { format: json } }"

    private var members: [Member] { edge.balancers.flatMap(\.chooser.members) }

    /// A member of the first balancer, or of another one.
    func member(_ name: String, ofBalancer balancer: Int = 0) -> Member {
        guard let member = edge.balancers[balancer].chooser.members.first(where: { $0.name == name }) else {
            preconditionFailure("there is no member \(name)")
        }
        return member
    }

    /// Puts members of the first balancer in error from now on.
    func fail(_ names: String...) {
        for name in names { member(name).fail(evidence: "it was told to", now: now) }
    }

    /// Has checks find members of the first balancer down.
    func check(down names: String...) {
        for name in names { member(name).begin(.failedCheck, evidence: "refused", now: now) }
    }

    /// Has them find one well, of which whoever waits is told.
    func check(well name: String) {
        member(name).end(.failedCheck, evidence: "200", now: now)
        bench.members.announceRoom()
    }

    /// Whether a member of the first balancer is in error.
    func isInError(_ name: String) -> Bool {
        edge.balancers[0].chooser.members.contains { $0.name == name && $0.state.isInError(now: now) }
    }

    /// The connections that have an exchange, in the order in which they were begun.
    var lent: [ScriptedConnection] { connections.filter(\.isLent) }

    /// Exchanges that members count as under way.
    var inFlightCount: Int { members.reduce(0) { $0 + $1.state.inFlightCount } }

    /// Tunnels that members count as open.
    var tunnelCount: Int { members.reduce(0) { $0 + $1.state.tunnelCount } }

    /// Whether nothing is under way on any member, as far as they count it.
    var isQuiet: Bool { inFlightCount == 0 }

    /// Whether nothing is left of any exchange: no member counts one, and no slab is lent.
    var isAtRest: Bool { isQuiet && tunnelCount == 0 && bench.lentSlabCount == 0 }

    /// The access log's lines since the last call, each without its time.
    func takeLines() -> [String] {
        takeWholeLines().map { line in String(line.drop { $0 != "," }) }
    }

    /// The access log's lines since the last call.
    func takeWholeLines() -> [String] {
        bench.journal.handOver()
        var bytes: [UInt8] = []
        while let filled = log.next() {
            filled.slab.withReadable { readable in
                for offset in readable.indices { bytes.append(readable[offset]) }
            }
        }
        return String(decoding: bytes, as: UTF8.self).split(separator: "\n").map(String.init)
    }
}
