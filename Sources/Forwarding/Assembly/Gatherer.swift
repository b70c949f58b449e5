import Model
import Reactor

/// Reads a configuration and what it stands on, on a thread of its own, so that the main thread hears signals
/// meanwhile.
///
/// Belongs to the main thread. What is posted to its mailbox: ``ServerMessage/rejected(_:warnings:)`` at once where
/// there is something to reject, and ``ServerMessage/gathered(_:)`` as the last thing that the thread does, unless
/// nothing is served that could be read in place of what was rejected.
final class Gatherer {
    /// What is being read.
    let order: Gathering.Order
    private let lookup: NameLookup
    private var thread: OperatingSystemThread?

    /// Begins to read.
    ///
    /// - Parameters:
    ///   - served: the configuration that is served; `nil`: none is yet.
    ///   - names: those to look up under ``Gathering/Order/names``.
    ///   - load: reads the configuration.
    init(
        _ order: Gathering.Order, served: EdgeConfiguration?, names: Set<NameLookup.Name> = [],
        load: @escaping Server.Loader, server: Mailbox<ServerMessage>
    ) throws(SystemError) {
        let lookup = NameLookup()
        self.order = order
        self.lookup = lookup
        thread = try OperatingSystemThread(name: "reload") {
            if order == .configuration {
                switch Gatherer.accepted(load(served != nil), instead: served) {
                case .configuration(let configuration, let warnings, let fileCount):
                    return server.post(
                        .gathered(
                            Gathering(
                                reading: order, configuration, warnings: warnings, fileCount: fileCount, lookup: lookup)
                        ))
                case .refused(let lines, let warnings): server.post(.rejected(lines, warnings: warnings))
                }
            }
            guard let served else { return }
            let gathering =
                order == .names
                ? Gathering(reading: order, served, names: names, lookup: lookup)
                : Gathering(reading: .served, served, lookup: lookup)
            server.post(.gathered(gathering))
        }
    }

    /// Refuses what changes with a restart only.
    private static func accepted(_ loaded: Server.Loaded, instead served: EdgeConfiguration?) -> Server.Loaded {
        guard let served, case .configuration(let configuration, let warnings, _) = loaded else { return loaded }
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
        return lines.isEmpty ? loaded : .refused(lines, warnings: warnings)
    }

    /// Waits for no more names; what was answered is gathered.
    func hurry() {
        lookup.abandon()
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
