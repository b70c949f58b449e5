/// Why no member can be given a request.
public enum Obstacle: Sendable, Equatable {
    /// The member of its session has as much under way as it may have.
    case sessionMemberBusy(Int)
    /// Everybody who could be given it has as much under way as he may have.
    case busy
    /// Everybody else is in error, at least until this time of the monotonic clock, in milliseconds; `Int64.max`: until
    /// checks or whoever else has put them there say otherwise.
    case inError(until: Int64)
    /// Nobody is left.
    case none
}
