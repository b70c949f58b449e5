import Model
import Reactor
import Synchronization

/// The syslog that events go to in place of standard error: what waits for it, and the thread that sends it.
final class EventSyslog: Sendable {
    /// Lines, each with its severity in front as `<4>`.
    let queue: LogQueue
    private let writer: LogWriter
    private let tell: @Sendable (String) -> Void
    /// Where it is; `nil`: lines go nowhere, and none are to come.
    private let declared = Mutex<SyslogConfiguration?>(nil)

    /// Starts the thread, which has nothing to send to yet.
    ///
    /// - Parameter tell: says what becomes of events elsewhere.
    init(_ tell: @escaping @Sendable (String) -> Void) throws(SystemError) {
        self.tell = tell
        queue = try LogQueue(slabsMax: LogLimits.queuedEventSlabsMax) {
            tell("the syslog of events takes too little: its queue is full, and lines are lost")
        }
        let reports = LogWriter.Reports(
            onFailure: { target, error in
                tell("events cannot be written to \(target.name): \(error); lines are lost")
            },
            onLost: { lines, isFailing in
                let words = isFailing ? "still cannot be written" : "go on"
                tell("events \(words); lines lost: \(lines)")
            })
        writer = try LogWriter(name: "events to syslog", queue: queue, target: nil, reports: reports)
    }

    /// Sends to another syslog from now on, or to none.
    func send(to configuration: SyslogConfiguration?) {
        declared.withLock { declared in
            guard configuration != declared else { return }
            declared = configuration
            writer.redirect(to: configuration.map { SyslogTarget($0, message: "events", hasSeverities: true) })
        }
    }

    /// Sends what is left, as far as it is taken within a second, and ends the thread.
    func finish() {
        let lost = writer.finish(withinMillis: LogLimits.lastFlushMillis)
        if lost > 0 { tell("events took no more; lines lost at the end: \(lost)") }
    }
}
