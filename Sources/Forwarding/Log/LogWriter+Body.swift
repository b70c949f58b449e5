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
        private let gatheringMillis: Int

        init(
            queue: LogQueue, commands: Mailbox<Command>, target: (any LogTarget)?, gatheringMillis: Int,
            reports: Reports
        ) {
            self.queue = queue
            self.gatheringMillis = gatheringMillis
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
                // Without a target, lines wait for the next one.
                let hasWritten = target == nil && !isEnding || writeAll()
                if hasWritten, let pause = tellOfLosses() { millis = millis < 0 ? pause : min(millis, pause) }
                // What was reported just now may be queued here.
                if isEnding, hasWritten, queue.unwrittenCount == (rest.isEmpty ? 0 : 1) {
                    return leaveLine(hasWritten: true)
                }
                if let target, !hasWritten {
                    target.waitForRoom(orWakeOf: queue.waker, millis: millis)
                } else {
                    queue.waker.wait(millis: millis)
                    if gatheringMillis > 0, !isEnding { OperatingSystemThread.sleep(millis: gatheringMillis) }
                }
            }
        }

        private func redirect(to next: (any LogTarget)?) {
            let hasWritten = target == nil || writeAll()
            let isSame = if let target, let next { target.isSame(as: next) } else { false }
            if !isSame { leaveLine(hasWritten: hasWritten) }
            target = next
            hasFailed = false
            // What the old one has not taken goes nowhere.
            if next == nil { _ = writeAll() }
        }

        /// Leaves the rest of a line out that this target has the beginning of, if it does not take it now.
        private func leaveLine(hasWritten: Bool) {
            guard isInsideLine else { return }
            if let target, !rest.isEmpty {
                var lost = 0
                if (try? writeRest(to: target, &lost)) == true { return }
                rest = []
                queue.settle(1)
            } else if !hasWritten, var filled = current {
                let count = filled.slab.withReadable { bytes in
                    bytes.firstOffset(of: UInt8(ascii: "\n"), from: 0).map { $0 + 1 } ?? bytes.count
                }
                filled.slab.consume(count)
                settle(1, of: &filled)
                current = filled
            }
            queue.countLost(1)
            isInsideLine = false
        }

        /// - Returns: whether the target takes more, or cannot be written.
        private func writeAll() -> Bool {
            while var filled = current ?? queue.next() {
                guard write(&filled) else {
                    current = filled
                    return false
                }
                current = nil
                queue.giveBack(filled)
            }
            return true
        }

        /// - Returns: whether the slab can be given back.
        private func write(_ filled: inout LogQueue.Filled) -> Bool {
            guard let target else {
                queue.countLost(filled.lines)
                return true
            }
            var lost = 0
            defer { if lost > 0 { queue.countLost(lost) } }
            do throws(SystemError) {
                guard try writeRest(to: target, &lost) else { return false }
                while !filled.slab.isEmpty {
                    var lines = 0
                    let count = try filled.slab.withReadable { (bytes) throws(SystemError) in
                        let count = try write(bytes, to: target, &lost)
                        if count < bytes.count { lines = Self.lineCount(bytes.extracting(first: count)) }
                        return count
                    }
                    guard count > 0 else { return false }
                    filled.slab.consume(count)
                    settle(lines, of: &filled)
                }
                if hasFailed { (hasFailed, quietUntil) = (false, 0) }
            } catch {
                lost += drop(&filled)
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
                if rest.isEmpty { queue.settle(1) }
            }
            return true
        }

        /// Waits no more for some lines of a slab that is not done: whoever ends the log counts those that are left.
        private func settle(_ lines: Int, of filled: inout LogQueue.Filled) {
            guard lines > 0 else { return }
            filled.lines -= lines
            queue.settle(lines)
        }

        private static func lineCount(_ bytes: Span<UInt8>) -> Int {
            var (lines, offset) = (0, 0)
            while let end = bytes.firstOffset(of: UInt8(ascii: "\n"), from: offset) {
                lines += 1
                offset = end + 1
            }
            return lines
        }

        /// Keeps what is left of a line that was cut, which goes on being waited for, and drops the lines behind it.
        ///
        /// - Returns: how many lines were dropped.
        private func drop(_ filled: inout LogQueue.Filled) -> Int {
            guard isInsideLine, rest.isEmpty else { return filled.slab.withReadable { Self.lineCount($0) } }
            let dropped = filled.slab.withReadable { bytes in
                let end = bytes.firstOffset(of: UInt8(ascii: "\n"), from: 0).map { $0 + 1 } ?? bytes.count
                for index in 0..<end { rest.append(bytes[index]) }
                return Self.lineCount(bytes.extracting(droppingFirst: end))
            }
            filled.lines -= 1
            return dropped
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
