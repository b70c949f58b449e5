/// What the main thread and other workers tell a worker.
enum WorkerMessage: Sendable {
    /// Take over a connection that another worker has accepted.
    case adopt(AcceptedSocket)
    /// Serve a new edge; answered by ``ServerMessage/installed(worker:generation:)``.
    case install(Handover<Installation>)
    /// A member has room again that requests of this worker may wait for.
    case memberFreed
    /// Take no more connections, end what is under way; answered by ``ServerMessage/drained(worker:_:)``.
    case drain
    /// End at once; answered likewise.
    case cut
    /// Every worker has ended what was under way: leave the loop.
    case end
}
