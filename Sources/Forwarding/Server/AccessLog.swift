import Logging
import Model
import Reactor

/// The access log: its queue, the thread that writes it, and the file or the syslog that it is written to.
///
/// Belongs to the main thread.
final class AccessLog {
    private let events: EventLog
    private var writer: LogWriter?

    /// - Parameter events: gets what goes wrong.
    init(events: EventLog) {
        self.events = events
    }

    /// Has the event log, which says what becomes of this one, go by what is declared.
    func heed(_ configuration: EventLogConfiguration) {
        events.heed(configuration)
    }

    /// Opens the file that is declared, or prepares the syslog, which its thread connects to.
    ///
    /// - Returns: `nil` where none is.
    func open(_ configuration: EdgeConfiguration) throws -> (any LogTarget)? {
        guard let log = configuration.accessLog else { return nil }
        if let syslog = log.syslog { return SyslogTarget(syslog, message: "access") }
        switch log.destination {
        case .standardOutput: return try AppendOnlyFile(.output)
        case .file(let path):
            do {
                return try AppendOnlyFile(path: path)
            } catch {
                throw StartError(lines: ["error: log.access.path: \(path): \(error)"])
            }
        }
    }

    /// Starts the thread.
    ///
    /// - Returns: the queue of what is written.
    func start(_ target: (any LogTarget)?) throws -> LogQueue {
        let events = events
        let queue = try LogQueue(slabsMax: LogLimits.queuedSlabsMax) {
            events.write(.warning, "the access log takes too little: its queue is full, and lines are lost")
        }
        let reports = LogWriter.Reports(
            onFailure: { target, error in
                events.write(.warning, "the access log cannot be written to \(target.name): \(error); lines are lost")
            },
            onLost: { lines, isFailing in
                let words = isFailing ? "still cannot be written" : "goes on"
                events.write(.warning, "the access log \(words); lines lost: \(lines)")
            })
        writer = try LogWriter(
            name: "log", queue: queue, target: target, gatheringMillis: LogLimits.gatheringMillis, reports: reports)
        return queue
    }

    /// Writes to another target from now on.
    func redirect(to target: (any LogTarget)?) {
        writer?.redirect(to: target)
    }

    /// Writes what is left, within the time that there is for it.
    ///
    /// - Returns: how many lines were lost and not told of.
    func finish() -> Int {
        writer?.finish(withinMillis: LogLimits.lastFlushMillis) ?? 0
    }
}
