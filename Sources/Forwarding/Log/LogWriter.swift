import Bytes
import Reactor
import Synchronization

/// A thread that writes what is queued to a file or a socket, and nothing else.
///
/// It waits for the target and for whoever wakes it at the same time: a pipe that nobody reads holds up neither another
/// target that it is told to write to, nor the end of the process. Each line is written or counted: one of which a full
/// disk took the beginning goes on where it was cut, once there is room.
package final class LogWriter: Sendable {
    private let queue: LogQueue
    private let commands: Mailbox<Command>
    private let thread: Mutex<OperatingSystemThread?>

    /// What the thread is told.
    enum Command: Sendable {
        case redirect((any LogTarget)?)
        case end
    }

    /// What the thread tells of its work, and is told of the time.
    package struct Reports: Sendable {
        /// The target cannot be written.
        let onFailure: @Sendable (any LogTarget, SystemError) -> Void
        /// So many lines were lost since it was last said; whether the target still cannot be written, or goes on.
        let onLost: @Sendable (Int, _ isFailing: Bool) -> Void
        /// Called each time that the thread has woken, before it writes; returns the milliseconds after which it is to
        /// be called again, or -1.
        let onTick: @Sendable () -> Int

        /// Reports to whoever wants to know.
        package init(
            onFailure: @escaping @Sendable (any LogTarget, SystemError) -> Void,
            onLost: @escaping @Sendable (Int, _ isFailing: Bool) -> Void,
            onTick: @escaping @Sendable () -> Int = { -1 }
        ) {
            (self.onFailure, self.onLost, self.onTick) = (onFailure, onLost, onTick)
        }
    }

    /// Starts the thread.
    ///
    /// - Parameters:
    ///   - name: the thread's.
    ///   - target: `nil`: what is queued waits for one, and is lost at the end.
    ///   - gatheringMillis: for how long it lets lines gather once it has been woken.
    package init(
        name: String, queue: LogQueue, target: (any LogTarget)?, gatheringMillis: Int = 0, reports: Reports
    ) throws(SystemError) {
        let commands = Mailbox<Command>(waker: queue.waker)
        self.queue = queue
        self.commands = commands
        thread = Mutex(
            try OperatingSystemThread(name: name) {
                let body = Body(
                    queue: queue, commands: commands, target: target, gatheringMillis: gatheringMillis,
                    reports: reports)
                body.run()
            })
    }

    /// Writes to another target from now on, or to the same file opened anew after it was moved away. What was queued
    /// before goes to the old one, as far as that takes it; of what is left, `nil` takes nothing.
    package func redirect(to target: (any LogTarget)?) {
        commands.post(.redirect(target))
    }

    /// Writes what is left and ends the thread; gives up when the time is over.
    ///
    /// - Returns: how many lines were lost, or not written, and are not told of yet; one that was begun is one of them.
    package func finish(withinMillis millis: Int) -> Int {
        commands.post(.end)
        let hasEnded = thread.withLock { $0.take()?.join(withinMillis: millis) ?? true }
        return queue.takeLostCount() + (hasEnded ? 0 : queue.unwrittenCount)
    }
}
