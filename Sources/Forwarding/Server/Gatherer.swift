import Model
import Reactor

/// Reads a configuration and what it stands on, on a thread of its own, so that the main thread hears signals
/// meanwhile.
///
/// Belongs to the main thread. What is posted to its mailbox: ``ServerMessage/rejected(_:warnings:)`` at once where
/// there is something to reject, and ``ServerMessage/gathered(_:)`` as the last thing that the thread does.
final class Gatherer {
    /// What is being read.
    let order: Gathering.Order
    private let lookup: NameLookup
    private var thread: OperatingSystemThread?

    /// Begins to read.
    ///
    /// - Parameters:
    ///   - served: the configuration that is served.
    ///   - names: those to look up under ``Gathering/Order/names``.
    ///   - load: reads the configuration.
    init(
        _ order: Gathering.Order, served: EdgeConfiguration, names: Set<NameLookup.Name>,
        load: @escaping Server.Loader, server: Mailbox<ServerMessage>
    ) throws(SystemError) {
        let lookup = NameLookup()
        self.order = order
        self.lookup = lookup
        thread = try OperatingSystemThread(name: "reload") {
            let gathering: Gathering
            switch order {
            case .configuration:
                switch Gatherer.accepted(load(true), instead: served) {
                case .configuration(let configuration, let warnings):
                    gathering = Gathering(order, configuration, warnings: warnings, lookup: lookup)
                case .refused(let lines, let warnings):
                    server.post(.rejected(lines, warnings: warnings))
                    gathering = Gathering(.served, served, lookup: lookup)
                }
            case .served: gathering = Gathering(order, served, lookup: lookup)
            case .names: gathering = Gathering(order, served, names: names, lookup: lookup)
            }
            server.post(.gathered(gathering))
        }
    }

    /// Refuses what changes with a restart only.
    private static func accepted(_ loaded: Server.Loaded, instead served: EdgeConfiguration) -> Server.Loaded {
        guard case .configuration(let configuration, let warnings) = loaded else { return loaded }
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
}
