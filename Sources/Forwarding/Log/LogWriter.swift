import Bytes
import Reactor
import Synchronization

/// A thread that writes what is queued to a file, and nothing else.
///
/// It waits for the file and for whoever wakes it at the same time: a pipe that nobody reads holds up neither another
/// file that it is told to write to, nor the end of the process.
final class LogWriter: Sendable {
    private let queue: LogQueue
    private let commands: Mailbox<Command>
    private let thread: Mutex<OperatingSystemThread?>

    private enum Command: Sendable {
        case redirect(AppendOnlyFile?)
        case end
    }

    /// What the thread tells of its work, and is told of the time.
    struct Reports: Sendable {
        /// The file cannot be written.
        let onFailure: @Sendable (AppendOnlyFile, SystemError) -> Void
        /// It can be again, or takes lines again, after so many were lost.
        let onLost: @Sendable (Int) -> Void
        /// Called each time that the thread has woken, before it writes; returns the milliseconds after which it is to
        /// be called again, or -1.
        var onTick: @Sendable () -> Int = { -1 }
    }

    /// Starts the thread.
    ///
    /// - Parameters:
    ///   - name: the thread's.
    ///   - file: `nil`: what is queued is dropped.
    init(name: String, queue: LogQueue, file: AppendOnlyFile?, reports: Reports) throws(SystemError) {
        let commands = Mailbox<Command>(waker: queue.waker)
        self.queue = queue
        self.commands = commands
        thread = Mutex(
            try OperatingSystemThread(name: name) {
                let body = Body(queue: queue, commands: commands, file: file, reports: reports)
                body.run()
            })
    }

    /// Writes to another file from now on, or to the same one opened anew after it was moved away.
    func redirect(to file: AppendOnlyFile?) {
        commands.post(.redirect(file))
    }

    /// Writes what is left and ends the thread; gives up when the time is over.
    ///
    /// - Returns: how many lines were not written.
    func finish(withinMillis millis: Int) -> Int {
        commands.post(.end)
        let hasEnded = thread.withLock { $0.take()?.join(withinMillis: millis) ?? true }
        return hasEnded ? 0 : queue.unwrittenCount
    }

    private final class Body {
        private let queue: LogQueue
        private let commands: Mailbox<Command>
        private var file: AppendOnlyFile?
        private let reports: Reports
        /// The slab of which something was written.
        private var current: LogQueue.Filled?
        /// Whether the last byte that was written ends no line.
        private var isInsideLine = false
        private var hasFailed = false
        private var isEnding = false

        init(queue: LogQueue, commands: Mailbox<Command>, file: AppendOnlyFile?, reports: Reports) {
            self.queue = queue
            self.commands = commands
            self.file = file
            self.reports = reports
        }

        func run() {
            while true {
                let millis = reports.onTick()
                for command in commands.takeAll() {
                    switch command {
                    case .redirect(let file): redirect(to: file)
                    case .end: isEnding = true
                    }
                }
                let hasWritten = writeAll()
                // What was reported just now may be queued here.
                if isEnding, hasWritten, queue.unwrittenCount == 0 { return }
                if let file, !hasWritten {
                    file.waitForRoom(orWakeOf: queue.waker, millis: millis)
                } else {
                    queue.waker.wait(millis: millis)
                }
            }
        }

        private func redirect(to next: AppendOnlyFile?) {
            // What was queued before belongs to the old file, as far as that takes it.
            let hasWritten = writeAll()
            let isSame = if let file, let next { file.isSame(as: next) } else { false }
            if !hasWritten, !isSame { endLine() }
            file = next
            hasFailed = false
        }

        /// Leaves the rest of a line out that another file has the beginning of.
        private func endLine() {
            guard isInsideLine, let current else { return }
            let rest = current.slab.withReadable { bytes in
                bytes.firstOffset(of: UInt8(ascii: "\n"), from: 0).map { $0 + 1 } ?? bytes.count
            }
            current.slab.consume(rest)
            queue.countLost(1)
            isInsideLine = false
        }

        /// - Returns: whether the file takes more, or cannot be written.
        private func writeAll() -> Bool {
            while let filled = current ?? queue.next() {
                guard write(filled) else {
                    current = filled
                    return false
                }
                current = nil
                queue.giveBack(filled)
            }
            guard !hasFailed else { return true }
            let lost = queue.takeLostCount()
            if lost > 0 { reports.onLost(lost) }
            return true
        }

        /// - Returns: whether the slab can be given back.
        private func write(_ filled: LogQueue.Filled) -> Bool {
            guard let file else { return true }
            do throws(SystemError) {
                while !filled.slab.isEmpty {
                    let (count, endsLine) = try filled.slab.withReadable { (bytes) throws(SystemError) in
                        let count = try file.write(bytes)
                        return (count, count > 0 && bytes[count - 1] == UInt8(ascii: "\n"))
                    }
                    guard count > 0 else { return false }
                    isInsideLine = !endsLine
                    filled.slab.consume(count)
                }
                hasFailed = false
            } catch {
                queue.countLost(filled.lines)
                // Once, not for each slab: a full disk stays full for a while.
                if !hasFailed { reports.onFailure(file, error) }
                hasFailed = true
            }
            return true
        }
    }
}
