/// What a worker tells the main thread.
enum ServerMessage: Sendable {
    /// The worker serves the edge of this generation.
    case installed(worker: Int, generation: Int)
    /// The worker has emptied the listeners' queues and accepts no more.
    case stoppedAccepting(worker: Int)
    /// The worker has ended, and cut this many exchanges.
    case drained(worker: Int, cut: Int)
    /// Something for the event log.
    case event(EventLevel, String)
}
