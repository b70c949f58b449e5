import Logging
import Model
import Reactor

/// The access log: its queue, the thread that writes it, and the file that it is written to.
///
/// Belongs to the main thread.
final class AccessLog {
    private let events: EventLog
    private var writer: LogWriter?

    /// - Parameter events: gets what goes wrong.
    init(events: EventLog) {
        self.events = events
    }

    /// Opens the file that is declared.
    ///
    /// - Returns: `nil` where none is.
    func open(_ configuration: EdgeConfiguration) throws -> AppendOnlyFile? {
        switch configuration.accessLog?.destination {
        case nil: return nil
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
    func start(_ file: AppendOnlyFile?) throws -> LogQueue {
        let events = events
        let queue = try LogQueue(slabsMax: LogLimits.queuedSlabsMax) {
            events.write(.warning, "the access log takes too little: its queue is full, and lines are lost")
        }
        let reports = LogWriter.Reports(
            onFailure: { file, error in
                events.write(.warning, "the access log \(file.path) cannot be written: \(error); lines are lost")
            },
            onLost: { lines in events.write(.warning, "the access log goes on; lines lost: \(lines)") })
        writer = try LogWriter(name: "log", queue: queue, file: file, reports: reports)
        return queue
    }

    /// Writes to another file from now on.
    func redirect(to file: AppendOnlyFile?) {
        writer?.redirect(to: file)
    }

    /// Writes what is left, within the time that there is for it.
    ///
    /// - Returns: how many lines were not written.
    func finish() -> Int {
        writer?.finish(withinMillis: LogLimits.lastFlushMillis) ?? 0
    }
}
