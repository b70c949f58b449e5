/// A backend of a balancer: what is declared of it, and its live state, which outlives a reload.
///
/// Immutable but for the state; shared between workers. An exchange keeps its member until its end, whatever is
/// reloaded.
public final class Member: Sendable {
    /// What is declared.
    public let specification: MemberSpecification
    /// What goes on; the same object for a member of the same name after a reload.
    public let state: MemberState
    /// Its sessions, where they are counted; outlives a reload like the state.
    public let sessions: SessionCensus?

    init(_ specification: MemberSpecification, state: MemberState, sessions: SessionCensus?) {
        self.specification = specification
        self.state = state
        self.sessions = sessions
    }

    /// The declared name.
    public var name: String { specification.name }

    /// Whether it has as much under way as it may have (`max`).
    package var isFull: Bool {
        guard let exchangesMax = specification.exchangesMax else { return false }
        let said = state.maxByAgent
        return state.inFlightCountInOrder >= (said > 0 ? said : exchangesMax)
    }
}
