import Bytes
import Logging
import Model
import Reactor
import Synchronization

/// The event log: lines to standard error, written by a thread of its own.
///
/// Any thread may add to it, and none waits for who reads standard error: what is not read is kept up to a bound, and
/// beyond that lost and counted.
public final class EventLog: Sendable {
    private let queue: LogQueue
    private let file: AppendOnlyFile?
    private let writer = Mutex<LogWriter?>(nil)
    private let sums = Mutex(
        EventSums(
            window: LogLimits.eventWindowMillis, atOnceMax: LogLimits.eventsAtOnceMax,
            kindsMax: LogLimits.eventKindsMax))
    private let leftOut = Atomic<Int>(0)
    private let form: Mutex<EventForm>

    /// Prepares the log; what is added to it waits for ``start()``.
    public convenience init() throws {
        // A process without standard error has nobody to tell.
        try self.init(file: try? AppendOnlyFile(.errors))
    }

    /// The same to a file.
    package init(file: AppendOnlyFile?) throws(SystemError) {
        self.file = file
        form = Mutex(EventForm(EventLogConfiguration(), hasPriority: file?.isJournal ?? false))
        queue = try LogQueue(slabsMax: LogLimits.queuedEventSlabsMax) {}
    }

    /// Starts the thread, once signals are blocked.
    package func start() throws(SystemError) {
        let reports = LogWriter.Reports(
            onFailure: { _, _ in },
            onLost: { lines, _ in self.write(.warning, "standard error took too little; lines lost: \(lines)") },
            onTick: { self.sayDue() })
        let thread = try LogWriter(name: "events", queue: queue, target: file, reports: reports)
        writer.withLock { $0 = thread }
    }

    /// Goes by what is declared from here on.
    package func heed(_ configuration: EventLogConfiguration) {
        form.withLock { $0 = EventForm(configuration, hasPriority: file?.isJournal ?? false) }
    }

    /// Writes a line with the time and the level; what would end the line is escaped.
    public func write(_ level: Logger.Level, _ words: String) {
        let form = form.withLock { $0 }
        guard level >= form.level else { return }
        // `error error: …` says nothing more.
        let doubled = level == .error && words.hasPrefix("error: ")
        let line = form.line(level, words.utf8.dropFirst(doubled ? 7 : 0), wall: Clock.wallNanoseconds())
        queue.add(line.span)
    }

    /// Writes a line as it is, for those who read what the process says before it ends.
    public func write(plain words: String) {
        let line = Array((words + "\n").utf8.prefix(BufferPool.largeBytes))
        queue.add(line.span)
    }

    /// Tells of an event of the traffic, of which there may be many: those of one kind are summed.
    package func report(_ level: EventLevel, _ words: String) {
        let kind = words.hasPrefix("client ") ? Self.kind(ofClients: words) : words
        let isSaid = sums.withLock { $0.admit(words, kind: kind, level: level, now: Self.nowMillis) }
        if isSaid { write(level.logged, words) }
    }

    /// The kind of a client's event: what follows the address, without the names and numbers that clients choose, of
    /// which they could send so many that no kind is left for others.
    private static func kind(ofClients words: String) -> String {
        let rest = words.drop { $0 != " " }.dropFirst().drop { $0 != " " }
        return rest.prefix { $0 != "\"" }.filter { !$0.isNumber }
    }

    /// Counts an event that is not put into words.
    func leaveOut() {
        leftOut.wrappingAdd(1, ordering: .relaxed)
    }

    /// How many lines standard error did not take.
    var lostTotal: Int { queue.lostTotal }

    /// Says what was summed so far: no more is to come.
    package func sumUp() {
        _ = sayDue(isEnding: true)
    }

    /// Writes what is left, as far as standard error takes it within a second, and ends the thread.
    public func finish() {
        sumUp()
        guard let writer = writer.withLock({ $0.take() }) else { return }
        _ = writer.finish(withinMillis: LogLimits.lastFlushMillis)
    }

    /// Says what was summed.
    ///
    /// - Returns: the milliseconds until there is more to say; -1: never.
    private func sayDue(isEnding: Bool = false) -> Int {
        let leftOut = leftOut.exchange(0, ordering: .relaxed)
        let now = Self.nowMillis
        let (lines, next) = sums.withLock { sums in
            sums.leaveOut(leftOut, now: now)
            return (sums.takeDue(now: now, isEnding: isEnding), sums.nextEnd)
        }
        for line in lines { write(line.level.logged, line.words) }
        return next.map { max(0, $0 - now) } ?? -1
    }

    private static var nowMillis: Int { Clock.monotonicNanoseconds() / 1_000_000 }
}

extension EventLevel {
    /// The level's name among swift-log's.
    fileprivate var logged: Logger.Level {
        switch self {
        case .information: .info
        case .warning: .warning
        }
    }
}
