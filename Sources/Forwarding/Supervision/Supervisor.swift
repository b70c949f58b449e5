import Balancing
import Glibc
import Logging
import Model
import Reactor
import Synchronization
import TLS

/// What others than workers may ask of a running edge, and do to it. Any thread may call it.
///
/// It has no part in a request's way: it reads members' live state as workers leave it, and what it changes there is a
/// flag in an atomic.
public final class Supervisor: Sendable {
    /// What is served by every worker.
    struct Served {
        let edge: Edge
        let workers: [WorkerHandle]
        let identities: [Identity]
        /// The keys of sealed routes by their balancers' index; `nil` for others.
        let keys: [[TokenKey]?]
        /// Where it listens, by the listeners' index.
        let addresses: [SocketAddress]
        /// What is measured; `nil` where no metrics are told.
        let measures: Measures?
    }

    private let served = Mutex<Served?>(nil)
    private let lastReload = Mutex<Receipt?>(nil)
    private let sources = Mutex(Sources())
    private let source: String
    let events: EventLog
    private let server: Mailbox<ServerMessage>
    private let began = Clock.monotonicNanoseconds()
    let beganAt = Clock.wallSeconds()
    let reloads = Mutex(ReloadTally())
    let departure = Mutex(Departure())
    private let upgrade = Mutex<EdgeStatus.Upgrade?>(nil)
    private let ceiling = Mutex<MemoryCeiling?>(nil)
    private let privileges = Mutex<String?>(nil)

    /// - Parameters:
    ///   - events: gets what operators should read.
    ///   - source: where the configuration stands, for people.
    ///   - server: the main thread's.
    init(events: EventLog, source: String, server: Mailbox<ServerMessage>) {
        self.events = events
        self.source = source
        self.server = server
    }

    /// Takes over what every worker serves from now on; called by the main thread.
    func install(
        _ edge: Edge, workers: [WorkerHandle], identities: [Identity], keys: [[TokenKey]?], addresses: [SocketAddress],
        measures: Measures?
    ) {
        reloads.withLock { $0.begin(at: Clock.wallSeconds()) }
        served.withLock {
            $0 = Served(
                edge: edge, workers: workers, identities: identities, keys: keys, addresses: addresses,
                measures: measures)
        }
    }

    /// Remembers what the edge is made of; called by the main thread.
    func take(_ sources: Sources) {
        self.sources.withLock { $0 = sources }
    }

    /// Remembers what has become of a reload; called by the main thread.
    func note(_ receipt: Receipt) {
        lastReload.withLock { $0 = receipt }
        reloads.withLock { $0.count(receipt) }
    }

    /// What every worker serves.
    var current: Served {
        guard let served = served.withLock({ $0 }) else {
            preconditionFailure("nobody asks before the first edge is served")
        }
        return served
    }

    /// Milliseconds of the event loops' clock.
    var nowMillis: Int64 { Int64(Clock.monotonicNanoseconds() / 1_000_000) }

    /// What the edge is doing.
    public func status() -> EdgeStatus {
        let served = current
        let now = nowMillis
        return EdgeStatus(
            version: Version.current, process: Int(getpid()), configuration: source,
            lastReload: lastReload.withLock { $0 }, upgrade: upgrade.withLock { $0 },
            privileges: privileges.withLock { $0 },
            generation: served.edge.generation, readiness: readiness(),
            uptimeSeconds: (Clock.monotonicNanoseconds() - began) / 1_000_000_000, workers: served.workers.count,
            clientConnections: served.workers.reduce(0) { $0 + $1.connectionCount },
            waitingRequests: served.workers.reduce(0) { $0 + $1.room.waitingCount },
            refused: served.edge.limiters.refusals.now, shed: served.edge.limiters.shed.now, memory: memory,
            listeners: zip(served.addresses, served.edge.configuration.listeners).map { address, listener in
                EdgeStatus.Listener(
                    address: address.description, isTls: listener.tls != nil,
                    protocols: listener.protocols.map(\.rawValue))
            },
            balancers: served.edge.balancers.map { EdgeStatus.Balancer($0, now: now) },
            closedSites: EdgeStatus.Site.closed(of: served.edge),
            certificates: served.identities.map { EdgeStatus.Certificate($0) },
            sources: EdgeStatus.Source.all(of: sources.withLock { $0 }, file: source, now: now))
    }

    /// Remembers how much memory the process is to have; called by the main thread.
    func note(_ ceiling: MemoryCeiling?) {
        self.ceiling.withLock { $0 = ceiling }
    }

    /// The process's memory.
    private var memory: EdgeStatus.Memory {
        let ceiling = ceiling.withLock { $0 }
        return EdgeStatus.Memory(
            residentBytes: ProcessUsage.residentBytesNow(), bytesMax: ceiling?.bytesMax,
            isDeclared: ceiling?.isDeclared ?? false)
    }

    /// How much memory the process is to have at most; `nil`: any. Any thread.
    var memoryBytesMax: Int? { ceiling.withLock { $0?.bytesMax } }

    /// Reads the configuration and what it stands on anew, as SIGHUP does.
    ///
    /// - Parameter answer: called once, on another thread, which it must not hold up, when every worker serves what was
    ///   read after this was asked, or when the process ends before that.
    public func reload(_ answer: @escaping @Sendable (Result<Receipt, SupervisionError>) -> Void) {
        server.post(.reload(answer))
    }

    /// Starts the program that is at this one's place now, to take this process's place, as SIGUSR2 does.
    ///
    /// - Parameter answer: called once, on another thread, which it must not hold up, when the process serves, or why
    ///   it does not and this one goes on.
    public func upgrade(_ answer: @escaping @Sendable (Result<EdgeStatus.Upgrade, SupervisionError>) -> Void) {
        server.post(.upgrade(answer))
    }

    /// Remembers what becomes of that; called by the main thread.
    func note(_ upgrade: EdgeStatus.Upgrade) {
        self.upgrade.withLock { $0 = upgrade }
    }

    /// Remembers which rights the process has given up; called by the main thread.
    func note(privileges words: String) {
        privileges.withLock { $0 = words }
    }

    /// Asks the main thread for something.
    func tellServer(_ message: ServerMessage) {
        server.post(message)
    }

    /// A member.
    public func member(_ member: String, of name: String) throws(SupervisionError) -> EdgeStatus.Member {
        let (balancer, index) = try find(member, of: name)
        return EdgeStatus.Member(balancer, index, now: nowMillis)
    }

    /// What was found and said of a member lately.
    public func history(_ member: String, of name: String) throws(SupervisionError) -> MemberHistory {
        let (balancer, index) = try find(member, of: name)
        return MemberHistory(balancer, index, now: nowMillis)
    }

    /// Lets a member have the requests of its sessions and no others, until ``resume(_:of:)``; across reloads.
    ///
    /// - Returns: the member as it is now.
    /// - Throws: ``SupervisionError/Kind/ending`` where another process takes this one's place, besides what is not
    ///   there.
    public func drain(_ member: String, of name: String) throws(SupervisionError) -> EdgeStatus.Member {
        let (balancer, index) = try find(member, of: name)
        let now = nowMillis
        let drained = balancer.chooser.members[index]
        let wasDrained = drained.state.isDrained
        try change { _ in drained.begin(.operatorDrain, evidence: "martlet drain", now: now) }
        if !wasDrained {
            events.write(.info, "member \(member) of \(name) is drained by control")
        }
        return EdgeStatus.Member(balancer, index, now: now)
    }

    /// Gives a member no requests at all, until ``resume(_:of:)``; across reloads.
    ///
    /// - Returns: the member as it is now.
    /// - Throws: as ``drain(_:of:)``.
    public func disable(_ member: String, of name: String) throws(SupervisionError) -> EdgeStatus.Member {
        let (balancer, index) = try find(member, of: name)
        let now = nowMillis
        let disabled = balancer.chooser.members[index]
        let wasDisabled = disabled.isDisabledByOperator(now: now)
        try change { _ in disabled.begin(.operatorMaintenance, evidence: "martlet disable", now: now) }
        if !wasDisabled { events.write(.info, "member \(member) of \(name) is disabled by control") }
        return EdgeStatus.Member(balancer, index, now: now)
    }

    /// Ends what ``drain(_:of:)`` and ``disable(_:of:)`` began.
    ///
    /// - Returns: the member as it is now.
    /// - Throws: ``SupervisionError/Kind/declared`` where the configuration says that the member is draining,
    ///   ``SupervisionError/Kind/ending`` where another process takes this one's place.
    public func resume(_ member: String, of name: String) throws(SupervisionError) -> EdgeStatus.Member {
        let (balancer, index) = try find(member, of: name)
        let resumed = balancer.chooser.members[index]
        let wasOut = resumed.state.isDrained || resumed.isDisabledByOperator(now: nowMillis)
        try change { _ in
            for cause in [HealthCause.operatorDrain, .operatorMaintenance] {
                resumed.end(cause, evidence: "martlet resume", now: nowMillis)
            }
        }
        guard !balancer.configuration.members[index].status.contains(.draining) else {
            throw SupervisionError(
                .declared, "balancers.\(name).members.\(member).status: draining is declared there",
                cure: "take it out of the configuration and reload")
        }
        if wasOut {
            events.write(.info, "member \(member) of \(name) is resumed by control")
        }
        return EdgeStatus.Member(balancer, index, now: nowMillis)
    }

    /// Explains to whom a request would be given now, and why; nothing is counted.
    ///
    /// - Throws: ``SupervisionError/Kind/malformed`` where the pieces do not make one request.
    public func explain(_ request: ExplainedRequest) throws(SupervisionError) -> Explanation {
        let served = current
        var explainer = Explainer(edge: served.edge, keys: served.keys, now: nowMillis)
        return try explainer.explain(request)
    }

    private func find(
        _ member: String, of name: String
    ) throws(SupervisionError) -> (balancer: Balancer, index: Int) {
        let balancer = try self.balancer(name)
        return (balancer, try index(of: member, in: balancer))
    }

    /// A balancer by its name.
    func balancer(_ name: String) throws(SupervisionError) -> Balancer {
        let balancers = current.edge.balancers
        guard let balancer = balancers.first(where: { $0.configuration.name == name }) else {
            throw SupervisionError(
                .noSuchBalancer, "there is no balancer \"\(name)\"",
                cure: "the balancers are \(Self.list(balancers.map(\.configuration.name)))")
        }
        return balancer
    }

    /// A member's index by its name.
    func index(of member: String, in balancer: Balancer) throws(SupervisionError) -> Int {
        guard let index = balancer.configuration.members.firstIndex(where: { $0.name == member }) else {
            throw SupervisionError(
                .noSuchMember, "the balancer \"\(balancer.configuration.name)\" has no member \"\(member)\"",
                cure: "its members are \(Self.list(balancer.configuration.members.map(\.name)))")
        }
        return index
    }

    /// Names for people, not too many.
    static func list(_ names: [String]) -> String {
        names.count > 20 ? names.prefix(20).joined(separator: ", ") + " …" : names.joined(separator: ", ")
    }
}

extension Member {
    /// Whether an operator has taken it out.
    fileprivate func isDisabledByOperator(now: Int64) -> Bool {
        causes(now: now).contains(HealthCauses(.operatorMaintenance))
    }
}
