/// What a worker tells the main thread.
enum ServerMessage: Sendable {
    /// The worker serves the edge of this generation.
    case installed(worker: Int, generation: Int)
    /// Nothing is under way on the worker any more; it has cut this many exchanges.
    case drained(worker: Int, cut: Int)
    /// Something for the event log.
    case event(EventLevel, String)
}
