import Bytes
import Reactor
import Synchronization

/// The log thread: writes the access log's slabs to their file, and nothing else.
final class LogWriter: Sendable {
    /// Where workers hand their slabs over.
    let queue: LogQueue
    private let commands: Mailbox<Command>
    private let thread: Mutex<OperatingSystemThread?>

    private enum Command: Sendable {
        case redirect(AppendOnlyFile?)
        case stop
    }

    /// Starts the thread.
    ///
    /// - Parameter report: called on the log thread with what operators should read.
    init(file: AppendOnlyFile?, report: @escaping @Sendable (String) -> Void) throws(SystemError) {
        let loop = try EventLoop()
        let queue = LogQueue(waker: loop.waker)
        let commands = Mailbox<Command>(waker: loop.waker)
        self.queue = queue
        self.commands = commands
        let handover = Handover(loop)
        thread = Mutex(
            try OperatingSystemThread(name: "log") {
                guard let loop = handover.take() else { return }
                let body = Body(loop: loop, queue: queue, commands: commands, file: file, report: report)
                loop.run(body)
            })
    }

    /// Writes to another file from now on, or to the same one opened anew after it was moved away.
    func redirect(to file: AppendOnlyFile?) {
        commands.post(.redirect(file))
    }

    /// Writes what is left and ends the thread.
    func finish() {
        commands.post(.stop)
        thread.withLock { $0.take()?.join() }
    }

    private final class Body: EventLoopDelegate {
        private let loop: EventLoop
        private let queue: LogQueue
        private let commands: Mailbox<Command>
        private var file: AppendOnlyFile?
        private let report: @Sendable (String) -> Void
        private var hasFailed = false

        init(
            loop: EventLoop, queue: LogQueue, commands: Mailbox<Command>, file: AppendOnlyFile?,
            report: @escaping @Sendable (String) -> Void
        ) {
            self.loop = loop
            self.queue = queue
            self.commands = commands
            self.file = file
            self.report = report
        }

        func onWake() {
            let commands = commands.takeAll()
            writeAll()
            for command in commands {
                switch command {
                case .redirect(let file):
                    self.file = file
                    hasFailed = false
                case .stop:
                    loop.stop()
                }
            }
        }

        func onTurnEnd() {}

        private func writeAll() {
            while let slab = queue.next() {
                write(slab)
                queue.giveBack(slab)
            }
            let dropped = queue.takeDroppedCount()
            if dropped > 0 { report("the access log's disk is too slow: \(dropped) slabs of lines were dropped") }
        }

        private func write(_ slab: Buffer) {
            guard let file else { return }
            do throws(SystemError) {
                try slab.withReadable { (bytes) throws(SystemError) in try file.append(bytes) }
                hasFailed = false
            } catch {
                // Once, not for each slab: a full disk stays full for a while.
                if !hasFailed { report("the access log \(file.path) cannot be written: \(error); lines are lost") }
                hasFailed = true
            }
        }
    }
}
