import HTTP
import Model

/// Where a request leads beside a balancer, and which rule has decided. Pooled with its exchange.
final class Ruling {
    /// What belongs to the path; `nil`: nothing, or it is not known.
    private(set) var place: Place?
    /// What holds for the answer.
    private(set) var rules: Rules?
    /// The key of the rule that has decided; empty: none has.
    var key: StaticString = ""
    /// What the client reads best of Martlet's own answers.
    var pageKind = PageKind.text
    /// By which authority the client knows the site, where answers are mapped.
    var publicAuthority: [UInt8] = []
    /// Whether the client speaks TLS, to Martlet or to a trusted proxy.
    var isPublicSecure = false

    /// The request leads there.
    func locate(at place: Place?) {
        self.place = place
        rules = place?.rules
    }

    /// The request leads nowhere in a site.
    func locate(in rules: Rules?) {
        self.rules = rules
    }

    func reset() {
        if place != nil {
            place = nil
            publicAuthority.removeAll(keepingCapacity: true)
        }
        if rules != nil { rules = nil }
        key = ""
        pageKind = .text
        isPublicSecure = false
    }
}
