/// What is declared of a member that balancing needs to know.
public struct MemberSpecification: Sendable, Hashable {
    /// The declared name, under which a member keeps its state across a reload.
    public let name: String
    /// What it was called before a reload; `nil`: the same.
    public let formerName: String?
    /// What sessions call it; several members may have one route.
    public let route: String
    /// Its share of the work.
    public let loadFactor: LoadFactor
    /// The set that it belongs to, `Limits.sets`: a set is used only when nobody of the lower ones can be.
    public let set: Int
    /// What it may be used for.
    public let status: MemberStatus
    /// The index of the member that gets its sessions while it cannot be used, or of the first one of that route;
    /// `nil`: the method elects.
    public let redirect: Int?
    /// How many exchanges it may have under way, 1 or more; `nil`: any number.
    public let exchangesMax: Int?
    /// How long it is left alone after a failure, in milliseconds, 0 or more.
    public let retryMilliseconds: Int64
    /// Whether it has an address. One that has none is in error, whoever else is, and is not tried.
    public let isReachable: Bool

    /// Specifies a member; its route is its name if nothing else is said.
    public init(
        name: String, route: String? = nil, loadFactor: LoadFactor = .one, set: Int = 0, status: MemberStatus = [],
        redirect: Int? = nil, exchangesMax: Int? = nil, retryMilliseconds: Int64 = Limits.retryMillisecondsDefault,
        formerName: String? = nil, isReachable: Bool = true
    ) {
        precondition(retryMilliseconds >= 0, "a time to wait is not negative")
        precondition(Limits.sets.contains(set), "there is no such set")
        precondition(exchangesMax ?? 1 > 0, "a member may have at least one exchange under way")
        self.name = name
        self.route = route ?? name
        self.loadFactor = loadFactor
        self.set = set
        self.status = status
        self.redirect = redirect
        self.exchangesMax = exchangesMax
        self.retryMilliseconds = retryMilliseconds
        self.formerName = formerName
        self.isReachable = isReachable
    }
}
