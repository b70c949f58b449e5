import Glibc
import Reactor
import Synchronization
import TLS

/// What the main thread and other workers tell a worker.
enum WorkerMessage: Sendable {
    /// Take over a connection that another worker has accepted.
    case adopt(AcceptedSocket)
    /// Serve a new edge; answered by ``ServerMessage/installed(worker:generation:)``.
    case install(Handover<Installation>)
    /// Take no more connections, end what is under way; answered by ``ServerMessage/drained(worker:cut:)``.
    case drain
    /// End at once; answered likewise.
    case cut
}

/// What a worker tells the main thread.
enum ServerMessage: Sendable {
    /// The worker serves the edge of this generation.
    case installed(worker: Int, generation: Int)
    /// The worker has ended, and cut this many exchanges.
    case drained(worker: Int, cut: Int)
    /// Something for the event log.
    case event(EventLevel, String)
}

/// How much an event matters.
enum EventLevel: Sendable {
    case information, warning
}

/// A connection on its way from the listener to its worker.
struct AcceptedSocket: Sendable {
    /// The open descriptor; who takes the message closes it.
    let number: Int32
    let peer: SocketAddress
    let listener: ListeningSocket
}

/// What a worker needs to serve a new edge.
struct Installation {
    /// A listening socket with this worker's TLS for it.
    struct Part {
        let socket: ListeningSocket
        let context: TLSContext?
    }

    let edge: Edge
    let listeners: [Part]
}

/// Hands something that is not `Sendable` to one other thread, once.
///
/// `@unchecked` because the value is only reached through the lock, and leaves it when it is taken; who hands it over keeps no
/// reference to it.
final class Handover<Value>: @unchecked Sendable {
    private var value: Value?
    private let lock = Mutex(())

    init(_ value: Value) {
        self.value = value
    }

    /// Takes the value; `nil` when somebody has taken it before.
    func take() -> Value? {
        var taken: Value?
        lock.withLock { _ in taken = value.take() }
        return taken
    }
}
