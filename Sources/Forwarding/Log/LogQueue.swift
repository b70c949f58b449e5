import Bytes
import Reactor
import Synchronization

/// Filled slabs of log lines on their way to the thread that writes them, and empty ones on their way back.
///
/// `@unchecked Sendable` because a slab has one owner at a time: it enters and leaves the queue under the lock, and
/// nobody keeps a reference to what he has handed over.
package final class LogQueue: @unchecked Sendable {
    /// A slab, and how many lines it held when it was handed over.
    package struct Filled {
        /// The lines.
        package let slab: Buffer
        var lines: Int
    }

    /// Wakes the thread that writes.
    let waker: Waker
    private let lock = Mutex(())
    private let slabsMax: Int
    private var filled: [Filled] = []
    private var spare: [Buffer] = []
    /// What single lines are gathered in.
    private var open: Filled?
    private var lostLines = 0
    /// The same since the beginning.
    private var lostEver = 0
    /// Lines that are queued or being written.
    private var unwritten = 0
    private let onLoss: @Sendable () -> Void

    /// - Parameters:
    ///   - slabsMax: how many wait at most; further lines are lost, and counted.
    ///   - onLoss: called by whoever loses the first line since ``takeLostCount()``.
    package init(slabsMax: Int, onLoss: @escaping @Sendable () -> Void) throws(SystemError) {
        waker = try Waker()
        self.slabsMax = slabsMax
        self.onLoss = onLoss
        filled.reserveCapacity(slabsMax + 1)
        spare.reserveCapacity(slabsMax)
    }

    /// Hands a filled slab over and gets an empty one. Never waits for who reads the log.
    func exchange(_ slab: Buffer, lines: Int) -> Buffer {
        var empty: Buffer?
        var (isFirst, isFirstLoss) = (false, false)
        lock.withLock { _ in
            if let last = filled.last, last.slab.room >= slab.count {
                // Nobody has come for that one yet: a slab of few lines a turn takes no place of its own.
                last.slab.append(contentsOf: slab)
                filled[filled.count - 1].lines += lines
                unwritten += lines
                slab.removeAll()
                empty = slab
                return
            }
            guard filled.count < slabsMax else {
                isFirstLoss = lose(lines)
                slab.removeAll()
                empty = slab
                return
            }
            isFirst = filled.isEmpty
            filled.append(Filled(slab: slab, lines: lines))
            unwritten += lines
            empty = spare.popLast()
        }
        if isFirst { waker.wake() }
        if isFirstLoss { onLoss() }
        return empty ?? Buffer(capacity: BufferPool.largeBytes)
    }

    /// Hands one line over, for those who have one now and then; it fits a slab.
    package func add(_ line: Span<UInt8>) {
        var isFirstLoss = false
        lock.withLock { _ in
            if let full = open, full.slab.room < line.count {
                guard filled.count < slabsMax else { return isFirstLoss = lose(1) }
                filled.append(full)
                open = nil
            }
            let slab = open?.slab ?? spare.popLast() ?? Buffer(capacity: BufferPool.largeBytes)
            _ = slab.append(line)
            open = Filled(slab: slab, lines: (open?.lines ?? 0) + 1)
            unwritten += 1
        }
        waker.wake()
        if isFirstLoss { onLoss() }
    }

    /// Takes the oldest slab.
    package func next() -> Filled? {
        var oldest: Filled?
        lock.withLock { _ in oldest = filled.isEmpty ? open.take() : filled.removeFirst() }
        return oldest
    }

    /// Takes a slab back whose lines were written or counted as lost.
    func giveBack(_ written: Filled) {
        let slab = written.slab
        slab.removeAll()
        lock.withLock { _ in
            unwritten -= written.lines
            if spare.count < slabsMax { spare.append(slab) }
        }
    }

    /// Waits no more for some lines of a slab that is not given back yet: they were written, or are counted as lost.
    func settle(_ lines: Int) {
        lock.withLock { _ in unwritten -= lines }
    }

    /// Counts lines that were taken and could not be written.
    func countLost(_ lines: Int) {
        lock.withLock { _ in _ = lose(lines) }
    }

    /// Whether lines were lost since the last ``takeLostCount()``.
    var hasLost: Bool { lock.withLock { _ in lostLines > 0 } }

    /// How many lines were lost since the beginning.
    package var lostTotal: Int { lock.withLock { _ in lostEver } }

    /// How many lines were lost since the last call.
    func takeLostCount() -> Int {
        lock.withLock { _ in
            defer { lostLines = 0 }
            return lostLines
        }
    }

    /// Lines that were handed over and not written yet.
    var unwrittenCount: Int { lock.withLock { _ in unwritten } }

    private func lose(_ lines: Int) -> Bool {
        lostLines += lines
        lostEver += lines
        return lostLines == lines
    }
}
