import Bytes

/// One worker's log: lines gathered in a slab that is handed over once a turn, and the rate of its events.
package final class LogSlab {
    private let queue: LogQueue
    private var slab: Buffer?
    private var lines = 0
    private var second = 0
    private var reported = 0
    private var warned = 0

    /// A log whose lines go to a queue.
    package init(queue: LogQueue) {
        self.queue = queue
    }

    /// Gathers a line, which is at most ``LogLimits/lineBytesMax`` long.
    @inline(__always)
    func append(_ write: (inout LineWriter) -> Void) {
        if let slab, slab.room < LogLimits.lineBytesMax { handOver() }
        let slab = self.slab ?? Buffer(capacity: BufferPool.largeBytes)
        self.slab = slab
        slab.append { (output: inout OutputSpan<UInt8>) in LineWriter.append(to: &output, write) }
        lines += 1
    }

    /// Gives what was gathered to the log thread.
    func handOver() {
        guard let slab, !slab.isEmpty else { return }
        self.slab = queue.exchange(slab, lines: lines)
        lines = 0
    }

    /// Whether one more event may be put into words now. Warnings are counted by themselves: what clients do does not
    /// take their place.
    ///
    /// - Parameter now: milliseconds of the monotonic clock.
    func mayReport(_ level: EventLevel, now: Int) -> Bool {
        if now / 1000 != second { (second, reported, warned) = (now / 1000, 0, 0) }
        switch level {
        case .information:
            reported += 1
            return reported <= LogLimits.eventsPerSecondMax
        case .warning:
            warned += 1
            return warned <= LogLimits.eventsPerSecondMax
        }
    }
}
