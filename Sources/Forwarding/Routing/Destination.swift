/// Who answers for the requests of a path: one object for all of them, so that finding it counts one reference.
/// Immutable; shared by all workers.
final class Destination: Sendable {
    /// One of whose members answers, if one can; `nil`: Martlet does.
    let balancer: Balancer?
    /// What else belongs to the path; `nil`: nothing.
    let place: Place?
    /// What is answered to requests that lead nowhere; `nil`: they lead here.
    let refusal: OwnAnswer?
    /// What holds there, for requests that lead nowhere too; `nil`: nothing.
    let rules: Rules?
    /// Whether some of its requests may be another one's (``Place/choose(_:in:)``).
    let hasCases: Bool

    /// A balancer.
    init(_ balancer: Balancer, _ place: Place?) {
        self.balancer = balancer
        self.place = place
        refusal = nil
        rules = place?.rules
        hasCases = place?.traits.contains(.cases) ?? false
    }

    /// Martlet itself.
    init(own place: Place) {
        balancer = nil
        self.place = place
        refusal = nil
        rules = place.rules
        hasCases = place.traits.contains(.cases)
    }

    /// Nowhere.
    init(_ refusal: OwnAnswer, in rules: Rules?) {
        balancer = nil
        place = nil
        self.refusal = refusal
        self.rules = rules
        hasCases = false
    }
}
