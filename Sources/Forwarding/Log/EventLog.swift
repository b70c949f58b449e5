import Bytes
import Logging
import Model
import Reactor
import Synchronization

/// The event log: lines to standard error, written by a thread of its own, or to a syslog, sent by another one.
///
/// Any thread may add to it, and none waits for who reads it: what is not read is kept up to a bound, and beyond that
/// lost and counted. Standard error is told what a syslog has not taken.
public final class EventLog: Sendable {
    private let queue: LogQueue
    private let file: AppendOnlyFile?
    private let writer = Mutex<LogWriter?>(nil)
    private let sums = Mutex(
        EventSums(
            window: LogLimits.eventWindowMillis, atOnceMax: LogLimits.eventsAtOnceMax,
            kindsMax: LogLimits.eventKindsMax))
    private let leftOut = Atomic<Int>(0)
    private let state: Mutex<State>

    /// What is declared.
    private struct State {
        /// How lines of standard error look.
        var form: EventForm
        /// How those look that go to ``syslog``; `nil`: none do.
        var syslogForm: EventForm?
        /// The syslog, once one was declared.
        var syslog: EventSyslog?
    }

    /// Prepares the log; what is added to it waits for ``start()``.
    public convenience init() throws {
        // A process without standard error has nobody to tell.
        try self.init(file: try? AppendOnlyFile(.errors))
    }

    /// The same to a file.
    package init(file: AppendOnlyFile?) throws(SystemError) {
        self.file = file
        state = Mutex(State(form: EventForm(EventLogConfiguration(), for: Self.reader(of: file))))
        queue = try LogQueue(slabsMax: LogLimits.queuedEventSlabsMax) {}
    }

    /// Starts the thread, once signals are blocked.
    package func start() throws(SystemError) {
        let reports = LogWriter.Reports(
            onFailure: { _, _ in },
            onLost: { lines, _ in self.tell("standard error took too little; lines lost: \(lines)") },
            onTick: { self.sayDue() })
        let thread = try LogWriter(name: "events", queue: queue, target: file, reports: reports)
        writer.withLock { $0 = thread }
    }

    /// Goes by what is declared from here on.
    package func heed(_ configuration: EventLogConfiguration) {
        let failure = state.withLock { state -> SystemError? in
            state.form = EventForm(configuration, for: Self.reader(of: file))
            state.syslogForm = nil
            if configuration.syslog != nil, state.syslog == nil {
                do throws(SystemError) {
                    state.syslog = try EventSyslog { self.tell($0) }
                } catch {
                    return error
                }
            }
            state.syslog?.send(to: configuration.syslog)
            if configuration.syslog != nil { state.syslogForm = EventForm(configuration, for: .syslog) }
            return nil
        }
        if let failure { tell("events go to standard error: their syslog has no thread: \(failure)") }
    }

    private static func reader(of file: AppendOnlyFile?) -> EventForm.Reader {
        file?.isJournal == true ? .journal : .stream
    }

    /// Writes a line with the time and the level; what would end the line is escaped.
    public func write(_ level: Logger.Level, _ words: String) {
        let (form, syslog) = state.withLock { state in
            state.syslogForm.map { ($0, state.syslog) } ?? (state.form, nil)
        }
        add(level, words, as: form, to: syslog?.queue ?? queue)
    }

    /// Says on standard error what becomes of events, wherever those go.
    private func tell(_ words: String) {
        add(.warning, words, as: state.withLock { $0.form }, to: queue)
    }

    private func add(_ level: Logger.Level, _ words: String, as form: EventForm, to queue: LogQueue) {
        guard level >= form.level else { return }
        // `error error: …` says nothing more.
        let doubled = level == .error && words.hasPrefix("error: ")
        let line = form.line(level, words.utf8.dropFirst(doubled ? 7 : 0), wall: Clock.wallNanoseconds())
        queue.add(line.span)
    }

    /// Writes lines as they are to standard error, for those who read what the process says before it ends; as events
    /// where scripts read those, and to their syslog as well.
    public func write(plain words: String) {
        let (form, hasSyslog) = state.withLock { ($0.form, $0.syslogForm != nil) }
        for line in words.split(separator: "\n", omittingEmptySubsequences: false) {
            if hasSyslog { write(.error, String(line)) }
            guard !form.isJSON else {
                add(.error, String(line), as: form, to: queue)
                continue
            }
            // One that fits no slab is cut, but for its end.
            let bytes = EventForm.cut(line.utf8, to: BufferPool.largeBytes - 1) + [UInt8(ascii: "\n")]
            queue.add(bytes.span)
        }
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

    /// How many lines standard error or a syslog did not take.
    package var lostTotal: Int { queue.lostTotal + (state.withLock { $0.syslog }?.queue.lostTotal ?? 0) }

    /// Says what was summed so far: no more is to come.
    package func sumUp() {
        _ = sayDue(isEnding: true)
    }

    /// Writes what is left, as far as a syslog takes it within a second, and standard error within another one; ends
    /// the threads.
    public func finish() {
        sumUp()
        guard let writer = writer.withLock({ $0.take() }) else { return }
        let syslog = state.withLock { state in
            state.syslogForm = nil
            return state.syslog
        }
        syslog?.finish()
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
