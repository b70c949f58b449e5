import Reactor

/// What the main thread, other workers and the threads for files tell a worker.
enum WorkerMessage: Sendable {
    /// Take over a connection that another worker has accepted.
    case adopt(AcceptedSocket)
    /// Look at the listeners' queues: there is no room, and this worker has the client that has been idle for the
    /// longest time.
    case accept
    /// Serve a new edge; answered by ``ServerMessage/installed(worker:installation:)``.
    case install(Handover<Installation>)
    /// A member has room again that requests of this worker may wait for.
    case memberFreed
    /// Something is done with files that was asked for, or never will be.
    case fileDone(FileJob)
    /// A password is checked, or never will be.
    case passwordDone(PasswordJob, PasswordJob.Verdict)
    /// Say that the worker turns; answered by ``ServerMessage/turned(worker:)``.
    case pulse
    /// Tell of yourself; every worker that goes on answers.
    case survey(Survey)
    /// Say with each answer whether it is its connection's last one: the node is to be left, or no longer.
    case announceEnd(Bool)
    /// Let go of what can be spared: the process's memory is short, or no longer.
    case shed(ShedOrder)
    /// Take no more connections, end what is under way; answered by ``ServerMessage/drained(worker:_:)``.
    case drain
    /// End at once; answered likewise.
    case cut
    /// Every worker has ended what was under way: leave the loop.
    case end
}
