import Model
import Reactor
import Synchronization

/// Reads a configuration and what it stands on, on a thread of its own, so that the main thread hears signals
/// meanwhile.
///
/// Belongs to the main thread. What is posted to its mailbox: ``ServerMessage/rejected(_:warnings:)`` at once where
/// there is something to reject, and ``ServerMessage/gathered(_:)`` as the last thing that the thread does, unless
/// nothing is served that could be read in place of what was rejected.
final class Gatherer {
    /// What is being read.
    let order: Gathering.Order
    private let asking: Asking
    private var thread: OperatingSystemThread?

    /// The names that are being looked up, which somebody may give up.
    private final class Asking: Sendable {
        private let state = Mutex<(lookup: NameLookup?, isGivenUp: Bool)>((nil, false))

        /// Begins with another one.
        func begin(_ servers: NameServers) -> NameLookup {
            let lookup = NameLookup(servers)
            state.withLock { state in
                state.lookup = lookup
                if state.isGivenUp { lookup.abandon() }
            }
            return lookup
        }

        /// Ends the waiting, of those that come as well.
        func giveUp() {
            state.withLock { state in
                state.isGivenUp = true
                state.lookup?.abandon()
            }
        }
    }

    /// Begins to read a configuration, or what the served one stands on.
    ///
    /// - Parameters:
    ///   - order: ``Gathering/Order/configuration`` or ``Gathering/Order/served``.
    ///   - served: the configuration that is served; `nil`: none is yet.
    ///   - load: reads the configuration.
    init(
        _ order: Gathering.Order, served: EdgeConfiguration?, load: @escaping Server.Loader,
        server: Mailbox<ServerMessage>
    ) throws(SystemError) {
        let asking = Asking()
        self.order = order
        self.asking = asking
        thread = try OperatingSystemThread(name: "reload") {
            if order == .configuration {
                switch Gatherer.accepted(load(served != nil), instead: served) {
                case .configuration(let configuration, let warnings, let fileCount, let members):
                    return server.post(
                        .gathered(
                            Gathering(
                                reading: order, configuration, warnings: warnings, fileCount: fileCount,
                                members: members, lookup: asking.begin(NameServers(configuration.dns)))))
                case .refused(let lines, let warnings): server.post(.rejected(lines, warnings: warnings))
                }
            }
            guard let served else { return }
            server.post(
                .gathered(Gathering(reading: .served, served, lookup: asking.begin(NameServers(served.dns)))))
        }
    }

    /// Begins to read files of members.
    ///
    /// - Parameters:
    ///   - served: the configuration that is served.
    ///   - known: names that need not be looked up.
    init(
        _ members: MembersReader, served: EdgeConfiguration, known: Set<NameLookup.Name>,
        server: Mailbox<ServerMessage>
    ) throws(SystemError) {
        let asking = Asking()
        order = .members
        self.asking = asking
        thread = try OperatingSystemThread(name: "members") {
            server.post(
                .gathered(
                    Gathering(
                        members.read(), after: served, known: known, lookup: asking.begin(NameServers(served.dns)))))
        }
    }

    /// Refuses what changes with a restart only.
    private static func accepted(_ loaded: Server.Loaded, instead served: EdgeConfiguration?) -> Server.Loaded {
        guard let served, case .configuration(let configuration, let warnings, _, _) = loaded else { return loaded }
        var lines: [String] = []
        func expect(_ key: String, _ found: String?, _ expected: String?, _ subject: String) {
            guard found != expected else { return }
            let cure = expected.map { "write \($0) again" } ?? "leave it out again"
            lines.append(
                "error: \(key): \(subject) changes with a restart only: expected \(expected ?? "none") as at the "
                    + "start, found \(found ?? "none"); \(cure), or restart: every reload is rejected until then")
        }
        expect("workers", configuration.workers?.description, served.workers?.description, "the number of threads")
        expect("control.socket", configuration.controlSocketPath, served.controlSocketPath, "the control socket")
        expect(
            "metrics.address", configuration.metrics?.address.description, served.metrics?.address.description,
            "where metrics are told")
        expect("user", configuration.user?.description, served.user?.description, "whose the process is")
        expect(
            "sandbox", "\(configuration.isSandboxed)", "\(served.isSandboxed)", "what the process may do")
        return lines.isEmpty ? loaded : .refused(lines, warnings: warnings)
    }

    /// Waits for no more names; what was answered is gathered.
    func hurry() {
        asking.giveUp()
    }

    /// Waits until the thread has ended: at once when it has posted what it has gathered.
    func join() {
        thread.take()?.join()
    }

    /// The same, for as long as the end of the process may take.
    func join(withinMillis millis: Int) {
        _ = thread.take()?.join(withinMillis: millis)
    }
}
