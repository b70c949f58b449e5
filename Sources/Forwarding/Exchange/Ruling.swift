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
    /// The name that the request gives as its user's.
    private var name: [UInt8] = []
    /// Whether it is that user's.
    var isAdmitted = false
    /// What it waits for until that is known; `nil`: for nothing.
    var hold: PasswordTicket?
    /// The installation of the edge in which it began to.
    private(set) var heldAt = 0

    /// Whose the request is, as was proven; empty: nobody's.
    var user: [UInt8] { isAdmitted ? name : [] }

    /// The request leads there.
    func locate(at place: Place?) {
        self.place = place
        rules = place?.rules
    }

    /// The request leads nowhere in a site.
    func locate(in rules: Rules?) {
        self.rules = rules
    }

    /// The request says that it is this user's.
    func noteName(_ name: Span<UInt8>) {
        for offset in name.indices { self.name.append(name[offset]) }
    }

    /// The request waits for its password to be checked.
    func hold(_ ticket: PasswordTicket, at installation: Int) {
        hold = ticket
        heldAt = installation
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
        if !name.isEmpty {
            name.removeAll(keepingCapacity: true)
            isAdmitted = false
        }
    }
}
