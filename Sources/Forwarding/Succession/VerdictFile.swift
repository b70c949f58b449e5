import Logging
import Model
import Reactor
import Synchronization
import TLS

/// The file in which the process leaves what it knows of its members' health, for the one that is started after it.
///
/// Belongs to the main thread, which waits for the disk at the start and at the end alone: in between a thread writes,
/// and only while something is against a member.
final class VerdictFile {
    /// Whether a thread writes.
    private final class Pen: Sendable {
        let isWriting = Atomic<Bool>(false)
    }

    private let path: String
    private let coding: Legacy.Coding
    private let loop: EventLoop
    private let events: EventLog
    private let pen = Pen()
    private var timer: Registration?
    /// Whether the file may tell of members.
    private var hasMembers = false

    /// - Parameters:
    ///   - folder: where the process may leave something (`STATE_DIRECTORY`, systemd.exec(5)).
    init(folder: String, coding: Legacy.Coding, loop: EventLoop, events: EventLog) {
        path = folder + "/verdicts.json"
        self.coding = coding
        self.loop = loop
        self.events = events
    }

    // MARK: - What was left

    /// Gives an edge that nobody serves yet what the process before has left, if that is fresh. Whatever else is there
    /// is said, and done without.
    func give(to edge: Edge) {
        guard WholeFile.look(at: path) != .missing else { return }
        do {
            let bytes = try WholeFile.read(path, bytesMax: SuccessionLimits.verdictBytesMax, isPrivate: true)
            guard let left = try? coding.decodeVerdicts(bytes) else { return ignore("it cannot be read as such") }
            hasMembers = !left.members.isEmpty
            if let doubt = left.doubt(wallSeconds: Clock.wallSeconds()) {
                // Those of a process that ended a while ago are nothing to wonder at.
                return hasMembers ? ignore(doubt) : ()
            }
            let count = left.give(to: edge, now: Int64(Clock.monotonicNanoseconds() / 1_000_000))
            guard count > 0 else { return }
            events.write(
                .info,
                """
                what the process before this one knew of \(count == 1 ? "1 member" : "\(count) members") holds until \
                each is asked anew: \(path)
                """)
        } catch {
            ignore("it \(error.message)")
        }
    }

    private func ignore(_ words: String) {
        events.write(.info, "verdicts of the process before this one do not hold, \(path): \(words)")
    }

    // MARK: - What is left

    /// Writes from now on what is known of the members that are served.
    ///
    /// - Parameter edge: what is served.
    func begin(_ edge: @escaping () -> Edge?) {
        // What is there tells of a time that is over.
        if WholeFile.look(at: path) != .missing { hasMembers = true }
        let timer = loop.registerTimer(
            handler: ClosureHandler { [unowned self] in
                if let edge = edge() { _ = write(edge) }
                setTimer()
            })
        self.timer = timer
        setTimer()
    }

    private func setTimer() {
        if let timer { loop.setDeadline(timer, after: SuccessionLimits.verdictPauseMillis) }
    }

    /// Writes for the last time, for as long as that may take.
    func finish(_ edge: Edge) {
        if let thread = write(edge) { _ = thread.join(withinMillis: SuccessionLimits.verdictPatienceMillis) }
    }

    /// Writes what is known now, unless nothing is and nothing was.
    ///
    /// - Returns: the thread that does; `nil`: none does.
    private func write(_ edge: Edge) -> OperatingSystemThread? {
        let left = LeftVerdicts(of: edge, wallSeconds: Clock.wallSeconds())
        guard hasMembers || !left.members.isEmpty,
            pen.isWriting.compareExchange(expected: false, desired: true, ordering: .acquiringAndReleasing).exchanged
        else { return nil }
        hasMembers = !left.members.isEmpty
        let (path, coding, events, pen) = (path, coding, events, pen)
        do throws(SystemError) {
            return try OperatingSystemThread(name: "verdicts") {
                do {
                    try StateFile.write(try coding.encodeVerdicts(left), to: path)
                } catch {
                    events.report(.warning, "verdicts on members are not kept for a restart: \(path): \(error)")
                }
                pen.isWriting.store(false, ordering: .releasing)
            }
        } catch {
            pen.isWriting.store(false, ordering: .releasing)
            events.report(.warning, "verdicts on members are not kept for a restart: no thread for it: \(error)")
            return nil
        }
    }
}
