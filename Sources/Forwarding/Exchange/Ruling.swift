import Bytes
import HTTP
import Model

/// Where a request leads beside a balancer, and which rule has decided. Pooled with its exchange.
///
/// What it keeps memory for is taken out and put back: an access that spans a call would have every one checked for
/// exclusivity at run time.
final class Ruling {
    /// What belongs to the path; `nil`: nothing, or it is not known.
    private(set) var place: Place?
    /// What holds for the answer.
    private(set) var rules: Rules?
    /// Whether there is anything to forget.
    private var isUsed = false
    /// The key of the rule that has decided; empty: none has.
    var key: StaticString = ""
    /// By which authority the client knows the site, where answers are mapped.
    private(set) var publicAuthority: [UInt8] = []
    /// Where the exchange is counted; `nil`: nowhere.
    private var counted: Counted?
    /// The name that the request gives as its user's.
    private var name: [UInt8] = []
    /// Whether it is that user's.
    var isAdmitted = false
    /// What it waits for until that is known; `nil`: for nothing.
    var hold: PasswordTicket?
    /// The installation of the edge in which it began to; 0: it never did.
    private(set) var heldAt = 0
    /// The request's name; empty for none.
    private(set) var requestID: [UInt8] = []
    /// What rules have made for the request, and for its answer.
    private(set) var request = RuledLines()
    private(set) var answer = RuledLines()

    /// Whose the request is, as was proven; empty: nobody's.
    var user: [UInt8] { isAdmitted ? name : [] }

    /// The request leads there.
    func locate(at place: Place?) {
        guard let place else { return }
        isUsed = true
        self.place = place
        rules = place.rules
    }

    /// The request leads nowhere in a site.
    func locate(in rules: Rules?) {
        isUsed = true
        self.rules = rules
    }

    /// Keeps a count until the exchange is over.
    func keep(_ counted: Counted) {
        precondition(self.counted == nil, "an exchange is counted once")
        isUsed = true
        self.counted = counted
    }

    /// The request says that it is this user's.
    func noteName(_ name: Span<UInt8>) {
        isUsed = true
        var kept: [UInt8] = []
        swap(&kept, &self.name)
        kept.append(addingCapacity: name.count) { (output: inout OutputSpan<UInt8>) in
            _ = output.append(copying: name)
        }
        swap(&kept, &self.name)
    }

    /// The client knows the site by this authority.
    func notePublicAuthority(_ authority: Span<UInt8>) {
        var kept: [UInt8] = []
        swap(&kept, &publicAuthority)
        kept.removeAll(keepingCapacity: true)
        kept.append(addingCapacity: authority.count) { (output: inout OutputSpan<UInt8>) in
            _ = output.append(copying: authority)
        }
        swap(&kept, &publicAuthority)
    }

    /// The request waits for its password to be checked.
    func hold(_ ticket: PasswordTicket, at installation: Int) {
        hold = ticket
        heldAt = installation
    }

    /// Gives the request a name.
    ///
    /// - Parameters:
    ///   - given: where in `source` the one lies that a trusted proxy has given; `nil`: there is none.
    func name(_ given: Range<Int>?, in source: Span<UInt8>, random: RandomNumbers) {
        var name: [UInt8] = []
        swap(&name, &requestID)
        defer { swap(&name, &requestID) }
        name.removeAll(keepingCapacity: true)
        if let given {
            for offset in given { name.append(source[offset]) }
        } else {
            let (high, low) = random.makeRequestID()
            name.append(hexadecimal: high, low)
        }
    }

    /// Makes the lines that speak of the request.
    ///
    /// - Parameter put: appends a fact; whether it has a value.
    func makeLines(by rules: Rules, _ put: (FieldFact, inout OutputSpan<UInt8>) -> Bool) {
        var lines = RuledLines()
        swap(&lines, &request)
        lines.make(by: rules.requestFields, put)
        swap(&lines, &request)
        swap(&lines, &answer)
        lines.make(by: rules.answerFields, put)
        swap(&lines, &answer)
    }

    /// Bytes that lines of the request which speak of its member have at most.
    var memberLinesBytesMax: Int {
        guard let fields = rules?.requestFields else { return 0 }
        return request.memberLines.isEmpty ? 0 : fields.memberTemplate.bytesMax
    }

    /// Puts the answer's lines together.
    ///
    /// - Parameters:
    ///   - names: knows what the lines call a member; `nil`: nobody does.
    ///   - member: who has answered; `nil`: nobody.
    func finishAnswer(_ names: MemberLines?, member: Int?) {
        guard !answer.memberLines.isEmpty else { return }
        let label = member.flatMap { names?.label(of: $0) }
        var made = RuledLines()
        swap(&made, &answer)
        MemberLines.append(to: &made.lines, made.memberLines, label, user: user)
        made.memberLines.removeAll(keepingCapacity: true)
        swap(&made, &answer)
    }

    func reset() {
        key = ""
        guard isUsed else { return }
        isUsed = false
        if place != nil {
            place = nil
            var authority: [UInt8] = []
            swap(&authority, &publicAuthority)
            if !authority.isEmpty { authority.removeAll(keepingCapacity: true) }
            swap(&authority, &publicAuthority)
        }
        if rules != nil {
            rules = nil
            forgetLines()
        }
        if let counted {
            counted.giveBack()
            self.counted = nil
        }
        var name: [UInt8] = []
        swap(&name, &self.name)
        if !name.isEmpty {
            name.removeAll(keepingCapacity: true)
            isAdmitted = false
            heldAt = 0
        }
        swap(&name, &self.name)
    }

    private func forgetLines() {
        var lines = RuledLines()
        swap(&lines, &request)
        lines.removeAll()
        swap(&lines, &request)
        swap(&lines, &answer)
        lines.removeAll()
        swap(&lines, &answer)
        var name: [UInt8] = []
        swap(&name, &requestID)
        if !name.isEmpty { name.removeAll(keepingCapacity: true) }
        swap(&name, &requestID)
    }
}
