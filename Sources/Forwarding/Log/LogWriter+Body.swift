import Bytes
import Reactor

extension LogWriter {
    /// What the thread does.
    final class Body {
        private let queue: LogQueue
        private let commands: Mailbox<Command>
        private var target: (any LogTarget)?
        private let reports: Reports
        /// The slab of which something was written.
        private var current: LogQueue.Filled?
        /// What is left of a line of which the target has the beginning, and no slab the rest.
        private var rest: [UInt8] = []
        /// Whether the last byte that was written ends no line.
        private var isInsideLine = false
        private var hasFailed = false
        /// Milliseconds of the monotonic clock before which losses are not told again.
        private var quietUntil = 0
        /// The same of a target that goes on and fails again.
        private var nextFailure = 0
        private var isEnding = false

        init(queue: LogQueue, commands: Mailbox<Command>, target: (any LogTarget)?, reports: Reports) {
            self.queue = queue
            self.commands = commands
            self.target = target
            self.reports = reports
        }

        func run() {
            while true {
                var millis = reports.onTick()
                for command in commands.takeAll() {
                    switch command {
                    case .redirect(let target): redirect(to: target)
                    case .end: isEnding = true
                    }
                }
                let hasWritten = writeAll()
                if hasWritten, let pause = tellOfLosses() { millis = millis < 0 ? pause : min(millis, pause) }
                // What was reported just now may be queued here.
                if isEnding, hasWritten, queue.unwrittenCount == 0 { return }
                if let target, !hasWritten {
                    target.waitForRoom(orWakeOf: queue.waker, millis: millis)
                } else {
                    queue.waker.wait(millis: millis)
                }
            }
        }

        private func redirect(to next: (any LogTarget)?) {
            let hasWritten = writeAll()
            let isSame = if let target, let next { target.isSame(as: next) } else { false }
            if !isSame { leaveLine(hasWritten: hasWritten) }
            target = next
            hasFailed = false
        }

        /// Leaves the rest of a line out that another target has the beginning of.
        private func leaveLine(hasWritten: Bool) {
            guard isInsideLine else { return }
            if let target, !rest.isEmpty {
                var lost = 0
                if (try? writeRest(to: target, &lost)) == true { return }
                rest = []
            } else if !hasWritten, let current {
                let count = current.slab.withReadable { bytes in
                    bytes.firstOffset(of: UInt8(ascii: "\n"), from: 0).map { $0 + 1 } ?? bytes.count
                }
                current.slab.consume(count)
            }
            queue.countLost(1)
            isInsideLine = false
        }

        /// - Returns: whether the target takes more, or cannot be written.
        private func writeAll() -> Bool {
            while let filled = current ?? queue.next() {
                guard write(filled) else {
                    current = filled
                    return false
                }
                current = nil
                queue.giveBack(filled)
            }
            return true
        }

        /// - Returns: whether the slab can be given back.
        private func write(_ filled: LogQueue.Filled) -> Bool {
            guard let target else { return true }
            var lost = 0
            defer { if lost > 0 { queue.countLost(lost) } }
            do throws(SystemError) {
                guard try writeRest(to: target, &lost) else { return false }
                while !filled.slab.isEmpty {
                    let count = try filled.slab.withReadable { (bytes) throws(SystemError) in
                        try write(bytes, to: target, &lost)
                    }
                    guard count > 0 else { return false }
                    filled.slab.consume(count)
                }
                if hasFailed { (hasFailed, quietUntil) = (false, 0) }
            } catch {
                lost += drop(filled)
                fail(target, error)
            }
            return true
        }

        /// Says why the target cannot be written: once, not for each slab, as a full disk stays full for a while.
        private func fail(_ target: any LogTarget, _ error: SystemError) {
            guard !hasFailed else { return }
            hasFailed = true
            let now = Self.nowMillis
            quietUntil = now + LogLimits.failurePauseMillis
            guard now >= nextFailure else { return }
            nextFailure = now + LogLimits.lossPauseMillis
            reports.onFailure(target, error)
        }

        private func write(
            _ bytes: Span<UInt8>, to target: any LogTarget, _ lost: inout Int
        ) throws(SystemError) -> Int {
            let count = try target.write(bytes, lost: &lost)
            if count > 0 { isInsideLine = bytes[count - 1] != UInt8(ascii: "\n") }
            return count
        }

        /// - Returns: whether nothing is left of a line that was cut.
        private func writeRest(to target: any LogTarget, _ lost: inout Int) throws(SystemError) -> Bool {
            while !rest.isEmpty {
                let bytes = rest
                let count = try write(bytes.span, to: target, &lost)
                guard count > 0 else { return false }
                rest.removeFirst(count)
            }
            return true
        }

        /// Keeps what is left of a line that was cut, and drops the lines behind it.
        ///
        /// - Returns: how many lines were dropped.
        private func drop(_ filled: LogQueue.Filled) -> Int {
            let keepsFirst = isInsideLine && rest.isEmpty
            return filled.slab.withReadable { bytes in
                var (lines, offset) = (0, 0)
                while let end = bytes.firstOffset(of: UInt8(ascii: "\n"), from: offset) {
                    if keepsFirst, offset == 0 {
                        for index in 0...end { rest.append(bytes[index]) }
                    } else {
                        lines += 1
                    }
                    offset = end + 1
                }
                return lines
            }
        }

        /// Tells of lines that were lost, not more often than somebody wants to read it.
        ///
        /// - Returns: the milliseconds until there may be more to tell; `nil`: nothing is lost that was not told.
        private func tellOfLosses() -> Int? {
            guard queue.hasLost else { return nil }
            let now = Self.nowMillis
            // A target that goes on says so at once, if it has not just done so.
            guard now >= quietUntil || isEnding && !hasFailed else { return max(1, quietUntil - now) }
            reports.onLost(queue.takeLostCount(), hasFailed)
            quietUntil = now + (hasFailed ? LogLimits.failurePauseMillis : LogLimits.lossPauseMillis)
            return nil
        }

        private static var nowMillis: Int { Clock.monotonicNanoseconds() / 1_000_000 }
    }
}
