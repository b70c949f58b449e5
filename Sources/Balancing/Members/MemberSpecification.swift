/// What is declared of a member that balancing needs to know.
public struct MemberSpecification: Sendable, Hashable {
    /// The declared name, under which a member keeps its state across a reload.
    public let name: String
    /// Its share of the work.
    public let loadFactor: LoadFactor
    /// How long it is left alone after a failure, in milliseconds, 0 or more.
    public let retryMilliseconds: Int64

    /// Specifies a member.
    public init(
        name: String, loadFactor: LoadFactor = .one, retryMilliseconds: Int64 = Limits.retryMillisecondsDefault
    ) {
        precondition(retryMilliseconds >= 0, "a time to wait is not negative")
        self.name = name
        self.loadFactor = loadFactor
        self.retryMilliseconds = retryMilliseconds
    }
}
