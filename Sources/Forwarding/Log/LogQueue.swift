import Bytes
import Reactor
import Synchronization

/// Filled slabs of log lines on their way from the workers to the log thread, and empty ones on their way back.
///
/// `@unchecked Sendable` because a slab has one owner at a time: it enters and leaves the queue under the lock, and
/// nobody keeps a reference to what he has handed over.
final class LogQueue: @unchecked Sendable {
    private let lock = Mutex(())
    private var filled: [Buffer] = []
    private var spare: [Buffer] = []
    private var droppedSlabs = 0
    private let waker: Waker

    init(waker: Waker) {
        self.waker = waker
        filled.reserveCapacity(LogLimits.queuedSlabsMax)
        spare.reserveCapacity(LogLimits.spareSlabsMax)
    }

    /// Hands a filled slab over and gets an empty one. Never waits for the disk.
    func exchange(_ slab: Buffer) -> Buffer {
        var empty: Buffer?
        let isFirst = lock.withLock { _ in
            guard filled.count < LogLimits.queuedSlabsMax else {
                droppedSlabs += 1
                slab.removeAll()
                empty = slab
                return false
            }
            filled.append(slab)
            empty = spare.popLast()
            return filled.count == 1
        }
        if isFirst { waker.wake() }
        return empty ?? Buffer(capacity: BufferPool.largeBytes)
    }

    /// Takes the oldest filled slab.
    func next() -> Buffer? {
        var oldest: Buffer?
        lock.withLock { _ in if !filled.isEmpty { oldest = filled.removeFirst() } }
        return oldest
    }

    /// Gives a written slab back.
    func giveBack(_ slab: Buffer) {
        slab.removeAll()
        lock.withLock { _ in
            if spare.count < LogLimits.spareSlabsMax { spare.append(slab) }
        }
    }

    /// How many slabs were dropped since the last call.
    func takeDroppedCount() -> Int {
        lock.withLock { _ in
            defer { droppedSlabs = 0 }
            return droppedSlabs
        }
    }
}
