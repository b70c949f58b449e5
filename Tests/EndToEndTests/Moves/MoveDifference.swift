/// What Martlet answers otherwise than the front that it stands in for, and why.
struct MoveDifference: Sendable {
    /// Facets of ``MoveAnswer``.
    let facets: [String]
    /// The names of the requests; empty: any, and it has to occur once.
    let requests: [String]
    /// What the other front has there; nil: anything.
    let there: String?
    /// What Martlet has there; nil: anything.
    let here: String?
    let reason: String

    /// A difference.
    ///
    /// - Parameters:
    ///   - there: what the other front has, `-` for nothing.
    ///   - here: what Martlet has, `-` for nothing.
    init(
        _ facets: String..., of requests: [String] = [], there: String? = nil, here: String? = nil,
        because reason: String
    ) {
        self.facets = facets
        self.requests = requests
        self.there = there
        self.here = here
        self.reason = reason
    }

    /// Whether it speaks of what two answers to a request have there.
    func explains(_ facet: String, of request: String, there: String, here: String) -> Bool {
        facets.contains(facet) && (requests.isEmpty || requests.contains(request))
            && (self.there ?? there) == there && (self.here ?? here) == here
    }
}
