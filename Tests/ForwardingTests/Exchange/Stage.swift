import Balancing
import Configuration
import Forwarding
import Limiting
import Model
import Reactor

/// A worker's bench with no event loop: an edge, a clock whose hands the test turns, and connections that do what they
/// are told.
final class Stage: UpstreamConnector {
    let clock: TurnClock
    let edge: Edge
    let bench: Bench
    /// What clients and members speak.
    let way: Way
    /// Gets the access log's lines.
    let log: LogQueue
    /// What is measured; `nil` without `metrics` in the configuration.
    let measures: Measures?
    /// What passwords are checked by.
    let passwords = ScriptedPasswords()
    /// What is to be done with files by those who may wait for the disk.
    let fileScript: FileScript
    /// All that were begun, in their order; of HTTP/2 each is a stream.
    private(set) var connections: [ScriptedConnection] = []
    /// What connecting fails with at once, by member, or by a member and the index of its address: `node1/0`.
    var refusals: [String: SystemError] = [:]
    /// How often it has.
    private(set) var refusedCount = 0
    /// Whether connections of this member open as soon as they are begun.
    var opensAtOnce = true
    /// How often an edge was served.
    var installations = 1

    /// - Parameters:
    ///   - members: each one's keys in braces, as `node1: { url: … }` has them; their addresses are made up.
    ///   - settings: further keys of the balancer, a line each.
    ///   - edge: further keys of the edge, a line each.
    ///   - clock: an event loop's, or one that only the test turns.
    convenience init(
        _ members: [String: String] = ["node1": "", "node2": ""], settings: String = "", edge: String = "",
        way: Way = Way(), clock: TurnClock = TurnClock(now: 1_000_000_000_000),
        descent: FileRoot.Descent = .kernel
    ) throws {
        try self.init(
            yaml: Self.text(members, settings: settings, edge: edge, speaking: way.member), way: way, clock: clock,
            descent: descent)
    }

    /// - Parameters:
    ///   - pages: what is in the files of pages, by their paths.
    ///   - closedSites: the hosts of sites that control has closed.
    ///   - lists: what stands in files of addresses, by their paths.
    ///   - descent: how folders of files are gone down.
    ///   - place: where all members are; `nil`: their addresses are made up.
    ///   - events: the event log; `nil`: nobody reads it.
    init(
        yaml: String, way: Way = Way(), clock: TurnClock = TurnClock(now: 1_000_000_000_000),
        pages: [String: String] = [:], closedSites: Set<String> = [], lists: [String: [AddressRange]] = [:],
        descent: FileRoot.Descent = .kernel,
        at place: SocketAddress? = nil, events: EventLog? = nil
    ) throws {
        self.way = way
        self.clock = clock
        edge = try Self.edge(
            yaml, pages: pages, closedSites: closedSites, lists: lists, now: Int64(clock.nowMillis), descent: descent,
            at: place)
        fileScript = FileScript()
        log = try LogQueue(slabsMax: 16) {}
        measures = Self.isMeasured(yaml) ? Measures(workers: 1, log: log) : nil
        let journal = Journal(
            clock: clock, log: LogSlab(queue: log), events: try events ?? EventLog(file: nil), measures: measures)
        bench = Bench(
            edge: edge, clock: clock, signal: RoomSignal(), siblings: [], journal: journal,
            random: RandomNumbers(seed: 1), onFileJob: fileScript.enqueue, onPasswordJob: passwords.enqueue)
        bench.members.connector = self
        bench.serve(edge, memories: edge.balancers.map { _ in nil })
    }

    deinit {
        // Each leads to the bench that keeps it, and so to the descriptors of its logs.
        while bench.idleExchangeCount > 0 { _ = bench.takeExchange() }
    }

    /// An edge whose members' addresses are made up.
    ///
    /// - Parameters:
    ///   - served: what it follows, as after a reload.
    ///   - addressCounts: how many addresses members have, by name; 1 unless something else is said.
    ///   - pages: what is in the files of pages, by their paths.
    ///   - closedSites: the hosts of sites that control has closed.
    ///   - lists: what stands in files of addresses, by their paths.
    ///   - passwordFiles: what stands in files of users, by their paths.
    ///   - installation: counts what workers were given to serve; `nil`: it is the first one, or the second.
    ///   - descent: how folders of files are gone down; those that cannot be opened are left out.
    ///   - place: where all members are; `nil`: their addresses are made up.
    static func edge(
        _ yaml: String, after served: Edge? = nil, addressCounts: [String: Int] = [:], pages: [String: String] = [:],
        closedSites: Set<String> = [], lists: [String: [AddressRange]] = [:],
        passwordFiles: [String: PasswordFile] = Stage.passwordFiles, installation: Int? = nil, now: Int64,
        descent: FileRoot.Descent = .kernel, at place: SocketAddress? = nil
    ) throws -> Edge {
        let loaded = try ConfigurationLoader(readCertificates: nil).load(text: yaml, file: "stage.yaml")
        let balancers = loaded.edge.balancers.enumerated().map { index, balancer in
            let addresses = balancer.members.enumerated().map { number, member in
                (0..<addressCounts[member.name, default: 1]).map { address in
                    place ?? SocketAddress(host: "192.0.2.\(10 * index + number + 1)", port: UInt16(80 + address))!
                }
            }
            let predecessor = served?.balancers.first { $0.chooser.name == balancer.name }
            return Balancer(
                balancer, index: index, standIn: loaded.edge.standIn(of: balancer), addresses: addresses,
                checks: balancer.members.map { loaded.edge.check(of: $0, in: balancer) },
                replacing: predecessor, timedCount: isMeasured(yaml) ? 100 : nil, now: now)
        }
        let number = served == nil ? 1 : 2
        let roots = loaded.edge.fileFolders.compactMap { folder, _ in
            (try? FileRoot(path: folder, descent: descent)).map { (folder, $0) }
        }
        return Edge(
            loaded.edge, balancers: balancers, generation: number, installation: installation ?? number,
            roots: Dictionary(uniqueKeysWithValues: roots), pages: pages.mapValues { Array($0.utf8) },
            closedSites: closedSites, lists: lists, passwordFiles: passwordFiles, replacing: served)
    }

    private static func isMeasured(_ yaml: String) -> Bool { yaml.contains("metrics: ") }

    /// The last connection that was begun.
    var last: ScriptedConnection { connections[connections.count - 1] }

    func open(_ pool: UpstreamPool, addressIndex: Int) throws(SystemError) -> any PooledUpstream {
        let member = pool.key.member
        if let refusal = refusals[member] ?? refusals["\(member)/\(addressIndex)"] {
            refusedCount += 1
            throw refusal
        }
        let connection = ScriptedConnection(
            speaks: way.member, pool: pool, addressIndex: addressIndex, turnEnd: bench.turnEnd)
        if opensAtOnce { connection.open() }
        connections.append(connection)
        return connection
    }

    /// Forgets connections that are closed.
    func forgetClosed() {
        connections.removeAll(where: \.isClosed)
    }

    // MARK: - Time

    /// Milliseconds of the clock.
    var now: Int64 { Int64(clock.nowMillis) }

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
        bench.nextTurn.run()
    }
}
