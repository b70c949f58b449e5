import Reactor

/// What other threads tell the main thread.
enum ServerMessage: Sendable {
    /// The worker serves the edge of this ``Edge/installation``.
    case installed(worker: Int, installation: Int)
    /// Nothing is under way on the worker any more; this is what it had to end.
    case drained(worker: Int, DrainTally)
    /// The worker turns.
    case turned(worker: Int)
    /// A member can be used again, or gets more: whoever waits is to look again.
    case recovered
    /// Somebody at the control socket asks for a reload.
    case reload(ReloadDesk.Answer)
    /// Somebody there asks for a site to be closed for maintenance, or opened again.
    case close(site: String, Bool, ReloadDesk.Answer)
    /// Somebody there asks for another process to take this one's place.
    case upgrade(Succession.Answer)
    /// The configuration that was read is not served, for what the lines say.
    case rejected([String], warnings: [String])
    /// A name server has answered for a name.
    case named(NameLookup.Name, NameLookup.Answer)
    /// A configuration is read with what it stands on.
    case gathered(Gathering)
}
