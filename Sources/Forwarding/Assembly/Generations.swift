import Balancing
import Glibc
import Logging
import Model
import Reactor
import TLS

/// The workers and what they serve: posts an edge to all of them and knows when each has taken over.
///
/// Belongs to the main thread.
final class Generations {
    private let outfitter: Outfitter
    private let supervisor: Supervisor
    private let server: Mailbox<ServerMessage>
    private let events: EventLog
    /// What workers have done that may wait for the disk.
    private let files = FileThreads(jobsMax: WorkerLimits.fileJobsMax)
    /// How much files of answers and requests hold that are buffered.
    private let spoolRoom = SpoolRoom()
    /// Where passwords are checked.
    private let passwords = PasswordThread()
    /// Who asks members how they are.
    private let prober: Prober
    /// What is measured; `nil` where no metrics are told.
    private var measures: Measures?
    /// The workers; none before the first edge.
    private(set) var workers: [WorkerThread] = []
    /// What workers serve, or are about to.
    private(set) var newest: EdgeDraft?
    /// Where clients of that connect, by the listeners' index.
    private var addresses: [SocketAddress] = []
    /// Workers that have not taken it over yet.
    private var awaited: Set<Int> = []
    /// What they have given up with the rest of the process.
    var confinement = Confinement()

    init(supervisor: Supervisor, server: Mailbox<ServerMessage>, events: EventLog) throws {
        outfitter = try Outfitter(now: Clock.monotonicNanoseconds() / 1_000_000_000)
        self.supervisor = supervisor
        self.server = server
        self.events = events
        prober = Prober(events: events)
    }

    /// Whether an edge is served by every worker, or was.
    private(set) var isServing = false

    /// Whether every worker serves the newest edge.
    var isSettled: Bool { awaited.isEmpty }

    /// How many workers there are where none are declared.
    static var coreCount: Int { max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN))) }

    /// Starts the workers; they serve nothing yet.
    func startWorkers(_ edge: Edge, queue: LogQueue) throws {
        if edge.configuration.metrics != nil { measures = Measures(workers: edge.workers, log: queue) }
        workers = try WorkerThread.start(
            edge.workers, edge: edge, server: server, queue: queue, events: events, measures: measures, files: files,
            spoolRoom: spoolRoom, passwords: passwords)
    }

    /// What this process leaves to another one; `nil` where it serves nothing yet.
    ///
    /// - Parameters:
    ///   - names: what members' names were answered last.
    ///   - now: milliseconds of the monotonic clock.
    func legacy(names: [LeftName], isNodeDrained: Bool, now: Int64) -> Legacy? {
        newest.map {
            Legacy(
                of: $0.edge, names: names, measures: measures, ticketKeys: outfitter.legacy, confinement: confinement,
                isNodeDrained: isNodeDrained, now: now)
        }
    }

    /// Goes on where another process has left off; to be called once the workers have started and before they serve.
    ///
    /// - Parameter now: milliseconds of the monotonic clock.
    func take(_ legacy: Legacy, for edge: Edge, now: Int64) {
        outfitter.take(legacy.ticketKeys)
        SessionWatch.inherit(legacy.sessionKey)
        legacy.give(to: edge, measures: measures, now: now)
    }

    /// Makes what each worker needs of an edge. Nothing changes yet.
    func outfits(for draft: EdgeDraft) throws -> [Outfitter.Outfit] {
        try workers.map { try outfitter.outfit(for: draft, after: newest, library: $0.library) }
    }

    /// Gives every worker what it needs of a new edge.
    ///
    /// - Parameters:
    ///   - outfits: by the workers' index.
    ///   - sockets: where clients connect, by the listeners' index.
    ///   - now: milliseconds of the event loops' clock.
    func install(_ draft: EdgeDraft, _ outfits: [Outfitter.Outfit], sockets: [ListeningSocket], now: Int64) {
        let former = newest?.edge.balancers ?? []
        let predecessors = Dictionary(uniqueKeysWithValues: former.map { ($0.configuration.name, $0) })
        for balancer in draft.edge.balancers {
            if let old = predecessors[balancer.configuration.name] { balancer.takeOver(from: old, now: now) }
        }
        prober.serve(draft.edge.balancers.flatMap(\.probePlans))
        newest = draft
        addresses = sockets.map(\.address)
        awaited = Set(workers.map(\.handle.index))
        for (worker, outfit) in zip(workers, outfits) {
            let listeners = zip(sockets, outfit.securities).enumerated().map { index, pair in
                Installation.Part(
                    socket: pair.0, security: pair.1, configuration: draft.edge.configuration.listeners[index],
                    key: draft.edge.entrances[index].key,
                    counts: measures?.listener(pair.0.address.description))
            }
            let installation = Installation(edge: draft.edge, listeners: listeners, memories: outfit.memories)
            worker.handle.mailbox.post(.install(Handover(installation)))
        }
    }

    /// Counts a worker that serves what it was given.
    ///
    /// - Returns: the draft that every worker serves now; `nil`: some do not yet.
    func acknowledge(_ worker: Int, installation: Int) -> EdgeDraft? {
        guard let newest, installation == newest.edge.installation, awaited.remove(worker) != nil, awaited.isEmpty
        else { return nil }
        isServing = true
        supervisor.install(
            newest.edge, workers: workers.map(\.handle), identities: newest.identities, keys: newest.keys,
            addresses: addresses, measures: measures)
        return newest
    }

    /// Tells every worker.
    func tell(_ message: WorkerMessage) {
        for worker in workers { worker.handle.mailbox.post(message) }
    }

    /// Tells the requests that wait, on whatever worker, to look again.
    func announceRoom() {
        for worker in workers { worker.handle.announceRoom() }
    }

    /// Waits until every worker has ended, and what they had done with files.
    func join() {
        for worker in workers { worker.join() }
        workers = []
        passwords.finish()
        prober.finish()
        guard !files.finish(withinMillis: WorkerLimits.lastFileMillis) else { return }
        events.write(.warning, "a file could be neither read nor written: its disk does not answer")
    }

    /// How many tunnels are open to which members, for the log.
    var openTunnels: String {
        let members = (newest?.edge.balancers ?? []).flatMap { balancer in
            balancer.chooser.members.filter { $0.state.tunnelCount > 0 }.map { member in
                "\(balancer.configuration.name)/\(member.name) \(member.state.tunnelCount)"
            }
        }
        return members.isEmpty ? "" : "; open tunnels: " + members.joined(separator: ", ")
    }
}
