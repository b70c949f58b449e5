/// What a worker tells the main thread.
enum ServerMessage: Sendable {
    /// The worker serves the edge of this generation.
    case installed(worker: Int, generation: Int)
    /// Nothing is under way on the worker any more; this is what it had to end.
    case drained(worker: Int, DrainTally)
}
