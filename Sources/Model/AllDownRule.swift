/// What becomes of the requests of a balancer of which no member may be given one.
public struct AllDownRule: Sendable, Equatable {
    /// Whether checks and ejections are not heeded where by them nobody is left.
    public var servesAnyway = false
    /// The name of the balancer that gets them then; `nil`: none does.
    public var balancer: String?

    /// They are refused.
    public init() {}

    /// The keys of a balancer's `all-down`.
    static let schema = Schema<AllDownRule>(
        "What becomes of requests where no member may be given one.", of: AllDownRule(),
        [
            Field(
                "rule", \.servesAnyway, .either("refuse", "serve-anyway"),
                "where checks and ejections leave nobody: 503 with Retry-After, or as if they had said nothing"),
            Field(
                "balancer", \.balancer, .text(.balancer),
                "the balancer that gets the requests where nobody is left, those in error left alone as well"),
        ])
}

extension EdgeConfiguration {
    /// The index of the balancer that gets the requests of another one of which no member may be given one; `nil`:
    /// none does.
    public func standIn(of balancer: BalancerConfiguration) -> Int? {
        balancer.allDown.balancer.flatMap { name in balancers.firstIndex { $0.name == name } }
    }
}
