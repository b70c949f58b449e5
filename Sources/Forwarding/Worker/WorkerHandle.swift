import Reactor
import Synchronization

/// What other threads may touch of a worker: its mailbox and its load.
final class WorkerHandle: Sendable {
    /// Counted from 0.
    let index: Int
    /// Messages to the worker.
    let mailbox: Mailbox<WorkerMessage>
    private let connections = Atomic<Int>(0)

    init(index: Int, mailbox: Mailbox<WorkerMessage>) {
        self.index = index
        self.mailbox = mailbox
    }

    /// Client connections that the worker has, those on their way to it included.
    var connectionCount: Int { connections.load(ordering: .relaxed) }

    func countConnection() {
        connections.wrappingAdd(1, ordering: .relaxed)
    }

    func uncountConnection() {
        connections.wrappingSubtract(1, ordering: .relaxed)
    }
}
