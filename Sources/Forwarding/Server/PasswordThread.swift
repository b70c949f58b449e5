import Dispatch
import Reactor
import Synchronization

/// A thread on which passwords are checked, as a worker must not stand still for so long, and the queue before it.
///
/// Each job that is taken is told of once. Jobs for the same name and password are one check, as a browser asks for all
/// parts of a page at once. The thread is started with the first job, and rests while there are none.
package final class PasswordThread: Sendable {
    /// Checks that wait, or are under way, at most: a few seconds' of them.
    package static let checksMax = 64
    /// The same of one address: while one guesses, others come to their turn.
    package static let checksOfAddressMax = 2
    /// Jobs that share checks, at most.
    package static let jobsMax = 1_024

    /// A job, and who is told what it came to.
    private struct Asker {
        let job: PasswordJob
        let onDone: @Sendable (PasswordJob, PasswordJob.Verdict) -> Void

        func tell(_ verdict: PasswordJob.Verdict) {
            job.end()
            onDone(job, verdict)
        }
    }

    /// Jobs with the same mark, one of which is checked for all of them.
    private struct Check {
        var askers: [Asker]
        /// Whether the thread has begun with it.
        var isBegun = false
    }

    private struct Queue {
        /// In the order in which they came.
        var checks: [Check] = []
        var jobCount = 0
        var isStarted = false
        var isEnding = false

        /// Where a job has come to stand.
        enum Place {
            /// There is no room for it.
            case none
            /// With others of the same mark.
            case shared
            /// Behind others.
            case last
            /// It is the first one since the thread was started, or is to be.
            case first
        }

        mutating func take(_ asker: Asker) -> Place {
            guard !isEnding, jobCount < PasswordThread.jobsMax else { return .none }
            let job = asker.job
            if let index = checks.firstIndex(where: { $0.askers[0].job.mark == job.mark }) {
                checks[index].askers.append(asker)
                jobCount += 1
                return .shared
            }
            let ofAddress = job.address == 0 ? 0 : checks.count { $0.askers[0].job.address == job.address }
            guard checks.count < PasswordThread.checksMax, ofAddress < PasswordThread.checksOfAddressMax else {
                return .none
            }
            checks.append(Check(askers: [asker]))
            jobCount += 1
            defer { isStarted = true }
            return isStarted ? .last : .first
        }

        /// All that wait, but for those of the check that is under way.
        mutating func takeWaiting() -> [Asker] {
            let waiting = checks.filter { !$0.isBegun }.flatMap(\.askers)
            checks.removeAll { !$0.isBegun }
            jobCount -= waiting.count
            return waiting
        }

        /// Begins the next check.
        ///
        /// - Returns: a job of it that somebody waits for, or else any.
        mutating func begin() -> PasswordJob? {
            guard !checks.isEmpty else { return nil }
            checks[0].isBegun = true
            let askers = checks[0].askers
            return (askers.first { $0.job.isWanted } ?? askers[0]).job
        }

        /// Ends the check that is under way.
        ///
        /// - Returns: whom to tell; `nil`: nothing was checked, and by now there is somebody who waits for it.
        mutating func end(_ verdict: PasswordJob.Verdict) -> [Asker]? {
            if case .undone = verdict, checks[0].askers.contains(where: { $0.job.isWanted }) { return nil }
            let check = checks.removeFirst()
            jobCount -= check.askers.count
            return check.askers
        }
    }

    private let queue = Mutex(Queue())
    private let seat = Mutex<Seat?>(nil)
    /// Signalled for each check, and at the end.
    private let news = DispatchSemaphore(value: 0)

    /// An empty queue.
    package init() {}

    /// Takes a job; any thread may call it.
    ///
    /// - Parameter onDone: is told what it came to, on whatever thread; does no more than pass it on.
    /// - Returns: whether it is taken. If not, as the queue is full or the end has come, nobody hears of it.
    package func submit(
        _ job: PasswordJob, onDone: @escaping @Sendable (PasswordJob, PasswordJob.Verdict) -> Void
    ) -> Bool {
        let place = queue.withLock { $0.take(Asker(job: job, onDone: onDone)) }
        switch place {
        case .none: return false
        case .shared: return true
        case .first where !start(): endWaiting()
        case .first, .last: news.signal()
        }
        return true
    }

    /// Tells those who wait that nothing becomes of it, lets the check that is under way come to its end, and waits for
    /// that. No job is taken from here on.
    package func finish() {
        queue.withLock { $0.isEnding = true }
        endWaiting()
        news.signal()
        seat.withLock { $0.take() }?.join()
    }

    /// Starts the thread.
    ///
    /// - Returns: whether there is one.
    private func start() -> Bool {
        do throws(SystemError) {
            let started = try Seat { [self] in work() }
            seat.withLock { $0 = started }
            return true
        } catch {
            // The next job tries again.
            queue.withLock { $0.isStarted = false }
            return false
        }
    }

    private func endWaiting() {
        for asker in queue.withLock({ $0.takeWaiting() }) { asker.tell(.undone) }
    }

    private func work() {
        while true {
            news.wait()
            guard let job = queue.withLock({ $0.begin() }) else {
                // There is a check for each signal, but for those that were ended and the last one.
                if queue.withLock({ $0.isEnding }) { return }
                continue
            }
            let verdict: PasswordJob.Verdict = job.isWanted ? job.check() : .undone
            guard let askers = queue.withLock({ $0.end(verdict) }) else {
                news.signal()
                continue
            }
            for asker in askers { asker.tell(verdict) }
        }
    }
}

/// A thread until it is waited for.
private final class Seat: Sendable {
    private let thread: Mutex<OperatingSystemThread?>

    init(_ body: sending @escaping () -> Void) throws(SystemError) {
        thread = Mutex(try OperatingSystemThread(name: "passwords", body))
    }

    func join() {
        thread.withLock { $0.take()?.join() }
    }
}
