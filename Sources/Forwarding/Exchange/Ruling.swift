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
    /// Where the exchange is counted; `nil`: nowhere.
    private var counted: Counted?

    /// Keeps a count until the exchange is over.
    func keep(_ counted: Counted) {
        precondition(self.counted == nil, "an exchange is counted once")
        self.counted = counted
    }

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
        if let counted {
            counted.giveBack()
            self.counted = nil
        }
        key = ""
        pageKind = .text
        isPublicSecure = false
    }
}
