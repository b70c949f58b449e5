import Balancing
import Configuration
import Forwarding
import HTTP
import Model
import Reactor

/// A worker's bench with no event loop: an edge, a clock whose hands the test turns, and connections that do what they
/// are told.
final class Stage: UpstreamConnector {
    let clock = TurnClock(now: 1_000_000_000_000)
    let edge: Edge
    let bench: Bench
    /// Gets the access log's lines.
    let log: LogQueue
    /// All that were begun, in their order.
    private(set) var connections: [ScriptedConnection] = []
    /// What connecting fails with at once, by member, or by a member and the index of its address: `node1/0`.
    var refusals: [String: SystemError] = [:]
    /// Whether connections of this member open as soon as they are begun.
    var opensAtOnce = true

    /// - Parameters:
    ///   - members: each one's keys in braces, as `node1: { url: … }` has them; their addresses are made up.
    ///   - settings: further keys of the balancer, a line each.
    ///   - edge: further keys of the edge, a line each.
    convenience init(
        _ members: [String: String] = ["node1": "", "node2": ""], settings: String = "", edge: String = ""
    ) throws {
        try self.init(yaml: Self.text(members, settings: settings, edge: edge))
    }

    init(yaml: String) throws {
        let loaded = try ConfigurationLoader(readCertificates: nil).load(text: yaml, file: "stage.yaml")
        let now = Int64(clock.nowMillis)
        let balancers = loaded.edge.balancers.enumerated().map { index, balancer in
            let addresses = balancer.members.indices.map { member in
                [SocketAddress(host: "192.0.2.\(10 * index + member + 1)", port: 80)!]
            }
            return Balancer(balancer, index: index, addresses: addresses, replacing: nil, now: now)
        }
        edge = Edge(loaded.edge, balancers: balancers, generation: 1, installation: 1)
        log = try LogQueue(slabsMax: 16) {}
        let journal = Journal(
            clock: clock, log: LogSlab(queue: log, format: nil), events: try EventLog(file: nil))
        bench = Bench(
            edge: edge, clock: clock, signal: RoomSignal(), siblings: [], journal: journal,
            random: RandomNumbers(seed: 1))
        bench.members.connector = self
        bench.serve(edge, memories: balancers.map { _ in nil })
    }

    deinit {
        // Each leads to the bench that keeps it, and so to the descriptors of its logs.
        while bench.idleExchangeCount > 0 { _ = bench.takeExchange() }
    }

    /// The last connection that was begun.
    var last: ScriptedConnection { connections[connections.count - 1] }

    func open(_ pool: UpstreamPool, addressIndex: Int) throws(SystemError) -> any PooledUpstream {
        let member = pool.key.member
        if let refusal = refusals[member] ?? refusals["\(member)/\(addressIndex)"] { throw refusal }
        let connection = ScriptedConnection(pool: pool, addressIndex: addressIndex, turnEnd: bench.turnEnd)
        if opensAtOnce { connection.open() }
        connections.append(connection)
        return connection
    }

    /// Forgets connections that are closed.
    func forgetClosed() {
        connections.removeAll(where: \.isClosed)
    }

    // MARK: - Time

    /// Lets time pass and a turn begin and end.
    func pass(milliseconds: Int) {
        clock.beginTurn(at: clock.now + milliseconds * 1_000_000)
        if bench.nextMillis <= clock.nowMillis { bench.onDeadline() }
        bench.endTurn()
    }

    /// Ends the turn and begins the next one.
    func turn() {
        bench.endTurn()
        clock.beginTurn(at: clock.now)
    }

    // MARK: - Clients

    /// A client's request without content.
    func get(_ target: String = "/", fields: String..., method: String = "GET") throws -> ScriptedClient {
        let lines = fields.map { $0 + "\r\n" }.joined()
        return try send("\(method) \(target) HTTP/1.1\r\nHost: shop.test\r\n\(lines)\r\n")
    }

    /// A client's request whose content is still to come.
    func post(_ target: String = "/", length: Int?, fields: String..., method: String = "POST") throws -> ScriptedClient
    {
        let framing = length.map { "Content-Length: \($0)" } ?? "Transfer-Encoding: chunked"
        let lines = (fields + [framing]).map { $0 + "\r\n" }.joined()
        return try send("\(method) \(target) HTTP/1.1\r\nHost: shop.test\r\n\(lines)\r\n")
    }

    /// Takes a head up as the client's stream does.
    func send(_ head: String, from address: String = "198.51.100.7") throws -> ScriptedClient {
        let peer = ClientPeer(address: SocketAddress(host: address, port: 40_000)!, isSecure: false, edge: edge)
        return try ScriptedClient(head, peer: peer, on: bench)
    }
}

extension Stage {
    private var members: [Member] { edge.balancers[0].chooser.members }

    /// Whether a member is in error.
    func isInError(_ name: String) -> Bool {
        members.contains { $0.name == name && $0.state.isInError(now: Int64(clock.nowMillis)) }
    }

    /// A whole exchange, whose connection is idle then.
    func exchange() throws {
        let client = try get()
        last.answer(Answer.empty)
        precondition(client.outcome == .whole && !last.isClosed)
    }
}
