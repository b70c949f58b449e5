import Glibc
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
                let cure = Self.cure(of: error, opening: path)
                throw StartError(lines: ["error: log.access.path: \(path): \(error)\(cure.map { "; \($0)" } ?? "")"])
            }
        }
    }

    /// What has a file opened that could not be.
    static func cure(of error: SystemError, opening path: String) -> String? {
        switch error.code {
        case ENOENT, ENOTDIR: "make its folder: mkdir -p \(LocalPath.folder(of: path))"
        case EISDIR: "this is a folder: name a file in it"
        case EACCES, EPERM: "let the user of this process make files in its folder"
        // A socket, which is what journald gives to those that it reads.
        case ENXIO where path.hasPrefix("/dev/std") || path.hasPrefix("/proc/"): "for standard output write path: \"-\""
        default: nil
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
