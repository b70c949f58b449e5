/// Limits of connections to members that no configuration key sets.
enum UpstreamLimits {
    /// Connections to one member that a worker keeps in any case: those are closed only after their `ttl`.
    static let idleLeast = 256
    /// Idle connections that a worker keeps to one member at most, whatever was under way: as many descriptors as are
    /// kept for members.
    static let idleMax = DescriptorBudget.membersMax
    /// Streams that are lent on one HTTP/2 connection to a member at most; it may take fewer.
    static let streamsPerConnectionMax = 100
    /// Milliseconds after which connecting to a UNIX-domain socket is tried again whose queue was full.
    static let queuePauseMillis = 10
    /// Milliseconds before a third member is given a request: as many as a connection to another machine takes, and few
    /// beside what a client waits.
    static let backOffMillis = 25
    /// The same before any further one, at most, by lot half of it more.
    static let backOffMillisMax = 250
    /// Milliseconds after which a connection is not used again, so that members behind one name are found anew.
    static let lifetimeMillis = 10 * 60 * 1000
    /// Interim answers (1xx) that may precede an answer: members send one or two, and none may occupy a worker with
    /// them.
    static let interimAnswersMax = 100
    /// Bytes of an answer, come or announced, after which it is read in large slabs, where `limits.exchange-memory` has
    /// room for them.
    static let longAnswerBytes = 64 * 1024
    /// Bytes of content that a request's chunk is begun for at least while what came before has still to be sent. Its
    /// frame of ten is a twenty-fifth of them.
    static let chunkBytesLeast = 256
}
