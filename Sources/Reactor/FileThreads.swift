import Dispatch
import Synchronization

/// Threads that wait for disks in the place of those that may not, and the queue before them.
///
/// Each job that is taken is handed back once, run or not. The threads are started with the first job: who has no files
/// has no threads.
public final class FileThreads: Sendable {
    /// How many there are: while one is held up by a disk that does not answer, there is another one.
    public static let count = 2

    private struct Queue {
        var first: FileJob?
        var last: FileJob?
        var waitingCount = 0
        var threads: [Seat] = []
        var isEnding = false

        mutating func append(_ job: FileJob) {
            if let last { last.next = job } else { first = job }
            last = job
            waitingCount += 1
        }

        mutating func takeFirst() -> FileJob? {
            guard let job = first.take() else { return nil }
            first = job.next.take()
            if first == nil { last = nil }
            waitingCount -= 1
            return job
        }

        /// The first one, which leads to the others.
        mutating func takeAll() -> FileJob? {
            last = nil
            waitingCount = 0
            return first.take()
        }
    }

    private let jobsMax: Int
    private let queue = Mutex(Queue())
    /// Signalled for each job, and at the end for each thread.
    private let news = DispatchSemaphore(value: 0)

    /// - Parameter jobsMax: how many wait at most.
    public init(jobsMax: Int) {
        self.jobsMax = jobsMax
    }

    /// Jobs that wait for a thread.
    public var waitingCount: Int { queue.withLock { $0.waitingCount } }

    /// Takes a job; any thread may call it.
    ///
    /// - Parameter onDone: is handed the job back on a thread of these; does no more than pass it on.
    /// - Returns: whether it is taken. If not, as the queue is full or the end has come, it stays the caller's.
    public func submit(_ job: FileJob, onDone: @escaping @Sendable (FileJob) -> Void) -> Bool {
        job.onDone = onDone
        let isTaken = queue.withLock { queue in
            guard !queue.isEnding, queue.waitingCount < jobsMax else { return false }
            if queue.threads.isEmpty { queue.threads = begin() }
            guard !queue.threads.isEmpty else { return false }
            queue.append(job)
            return true
        }
        if isTaken { news.signal() } else { job.onDone = nil }
        return isTaken
    }

    /// Hands back what waits, lets what is being run come to its end, and waits for that. No job is taken from here on.
    ///
    /// - Returns: whether the threads have ended; one that has not waits for a disk, and is left to itself.
    public func finish(withinMillis millis: Int) -> Bool {
        var (undone, threads) = queue.withLock { queue in
            queue.isEnding = true
            return (queue.takeAll(), queue.threads)
        }
        while let job = undone {
            undone = job.next.take()
            Self.handBack(job)
        }
        for _ in threads { news.signal() }
        let end = Self.nowMillis + millis
        return threads.allSatisfy { $0.join(withinMillis: max(0, end - Self.nowMillis)) }
    }

    private static var nowMillis: Int { Clock.monotonicNanoseconds() / 1_000_000 }

    /// Starts the threads, fewer of them where the system has no more.
    private func begin() -> [Seat] {
        var seats: [Seat] = []
        while seats.count < Self.count, let seat = try? Seat({ [self] in work() }) { seats.append(seat) }
        return seats
    }

    private func work() {
        while true {
            news.wait()
            // There is a job for each signal, until those of the end come.
            guard let job = queue.withLock({ $0.takeFirst() }) else { return }
            job.run()
            Self.handBack(job)
        }
    }

    private static func handBack(_ job: FileJob) {
        let onDone = job.onDone.take()
        onDone?(job)
    }
}

/// A thread until it is waited for.
private final class Seat: Sendable {
    private let thread: Mutex<OperatingSystemThread?>

    init(_ body: sending @escaping () -> Void) throws(SystemError) {
        thread = Mutex(try OperatingSystemThread(name: "files", body))
    }

    func join(withinMillis millis: Int) -> Bool {
        thread.withLock { $0.take()?.join(withinMillis: millis) ?? true }
    }
}
