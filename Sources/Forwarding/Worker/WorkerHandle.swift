import Reactor
import Synchronization

/// What other threads may touch of a worker: its mailbox and its load.
package final class WorkerHandle: Sendable {
    /// Counted from 0.
    let index: Int
    /// Messages to the worker.
    let mailbox: Mailbox<WorkerMessage>
    /// Whether requests of the worker wait for a member.
    let room = RoomSignal()
    private let threadNumber = Atomic<Int32>(0)
    private let connections = Atomic<Int>(0)
    private let idleSince = Atomic<Int>(.max)
    private let givesBack = Atomic<Bool>(false)
    /// When the event log was last told of the process that there is no room; shared by all workers.
    private let crowd: CrowdNotice

    init(index: Int, mailbox: Mailbox<WorkerMessage>, crowd: CrowdNotice) {
        self.index = index
        self.mailbox = mailbox
        self.crowd = crowd
    }

    /// The number of its thread; 0 until that has begun.
    var thread: Int32 { threadNumber.load(ordering: .relaxed) }

    /// Says which thread it is on: the calling one.
    func noteThread() {
        threadNumber.store(OperatingSystemThread.number, ordering: .relaxed)
    }

    /// Client connections that the worker has, those on their way to it included.
    var connectionCount: Int { connections.load(ordering: .relaxed) }

    /// Tells the worker, if requests of its wait, that a member has room.
    func announceRoom() {
        if room.mustTell() { mailbox.post(.memberFreed) }
    }

    /// Milliseconds of the monotonic clock since when the worker's client has been idle that has been for the longest
    /// time, as far as is known; `Int.max`: there is none.
    var longestIdleMillis: Int { idleSince.load(ordering: .relaxed) }

    /// Says so.
    func setLongestIdle(_ millis: Int) {
        // Each store takes the line from the siblings that read the counters beside it.
        if idleSince.load(ordering: .relaxed) != millis { idleSince.store(millis, ordering: .relaxed) }
    }

    /// Says that the worker has let go of much: free memory is to be given back to the system.
    func noteGivenBack() {
        givesBack.store(true, ordering: .relaxed)
    }

    /// Whether it has said so since the last call.
    func takeGivenBack() -> Bool {
        givesBack.load(ordering: .relaxed) && givesBack.exchange(false, ordering: .relaxed)
    }

    /// Whether the event log is to be told that there is no room: once a second of the whole process.
    func mayReportCrowd(now: Int) -> Bool { crowd.isDue(now: now) }

    func countConnection() {
        connections.wrappingAdd(1, ordering: .relaxed)
    }

    func uncountConnection() {
        connections.wrappingSubtract(1, ordering: .relaxed)
    }
}
