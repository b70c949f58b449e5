import Synchronization

/// Whether requests of one worker wait for a member, for whoever lets go of one on another thread.
package final class RoomSignal: Sendable {
    private let waiting = Atomic<Int>(0)
    private let isTold = Atomic<Bool>(false)

    /// Nobody waits.
    package init() {}

    /// Requests of the worker that wait for a member to have room.
    var waitingCount: Int { waiting.load(ordering: .relaxed) }

    /// Says how many requests of the worker wait for a member to have room.
    package func setWaiting(_ count: Int) {
        waiting.store(count, ordering: .sequentiallyConsistent)
    }

    /// Whether the worker is to be told that a member has room; asked by somebody who then does so.
    ///
    /// The release before this call, this load, the store of ``setWaiting(_:)`` and the request's look at the member
    /// behind that are in one order (all sequentially consistent): a request that did not see the release is seen here.
    package func mustTell() -> Bool {
        waiting.load(ordering: .sequentiallyConsistent) > 0
            && !isTold.exchange(true, ordering: .sequentiallyConsistent)
    }

    /// The worker is about to look for room: what is announced from here on is news.
    package func beginLooking() {
        isTold.store(false, ordering: .sequentiallyConsistent)
    }
}
