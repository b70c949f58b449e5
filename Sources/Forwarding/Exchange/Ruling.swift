import Bytes
import HTTP
import Model

/// Where a request leads beside a balancer, and which rule has decided. Pooled with its exchange.
///
/// What it keeps memory for is taken out and put back: an access that spans a call would have every one checked for
/// exclusivity at run time.
final class Ruling {
    /// Where the exchange is counted among those of its client.
    private enum Count {
        case nowhere
        /// Until it is over.
        case underWay(Counted)
        /// The request is only thought of, and this is told what would be counted.
        case rehearsed(Rehearsal)
    }

    /// What belongs to the path; `nil`: nothing, or it is not known.
    private(set) var place: Place?
    /// What holds for the answer.
    private(set) var rules: Rules?
    /// What there is of the place and the rules.
    private(set) var traits: PlaceTraits = []
    /// Whether there is anything to forget.
    private var isUsed = false
    /// The key of the rule that has decided; empty: none has.
    var key: StaticString = ""
    /// By which authority the client knows the site, where answers are mapped.
    private(set) var publicAuthority: [UInt8] = []
    private var count = Count.nowhere
    /// The name that the request gives as its user's; empty: none that anybody has looked at.
    private var name: [UInt8] = []
    /// Whether it is that user's.
    private(set) var isAdmitted = false
    /// What it waits for until that is known; `nil`: for nothing.
    var hold: PasswordTicket?
    /// The installation of the edge in which it began to; 0: it never did.
    private(set) var heldAt = 0
    /// The request's name; empty for none.
    private(set) var requestID: [UInt8] = []
    /// What rules say in the request and in its answer; `nil`: no more than always.
    private(set) var made: MadeLines?
    /// Lines of its own, where those of the connection are in use; `nil`: they never were.
    private var spare: MadeLines?
    /// Whether lines with the user wait for him to be known.
    private var tellsUserLate = false

    /// A ruling on nothing yet.
    init(_ rehearsal: Rehearsal? = nil) {
        if let rehearsal { count = .rehearsed(rehearsal) }
    }

    /// Gets what would be counted, where the request is only thought of; `nil`: it is counted.
    var rehearsal: Rehearsal? { if case .rehearsed(let rehearsal) = count { rehearsal } else { nil } }

    /// Whose the request is, as was proven; empty: nobody's.
    var user: [UInt8] { isAdmitted ? name : [] }

    /// The request leads there.
    func locate(at place: Place?) {
        guard let place else { return }
        isUsed = true
        traits = place.traits
        rules = place.rules
        self.place = place
    }

    /// The request leads nowhere in a site.
    func locate(in rules: Rules?) {
        isUsed = true
        self.rules = rules
        traits = rules?.traits ?? []
    }

    // MARK: - What there is

    /// What is changed in the messages that pass; `nil`: nothing.
    var mapping: PathMapping? { traits.contains(.mapping) ? place?.mapping : nil }

    /// How much is taken and how long is waited, where not as everywhere.
    var bounds: Bounds? { traits.contains(.bounds) ? rules?.bounds : nil }

    /// What is done to the fields of the request; `nil`: nothing.
    var requestFields: FieldRules? { traits.contains(.requestFields) ? rules?.requestFields : nil }

    /// Members' fields that are left out of answers; `nil`: none.
    var omittedFields: FieldNames? { traits.contains(.answerFields) ? rules?.answerFields?.names : nil }

    // MARK: - What comes of it

    /// Keeps a count until the exchange is over.
    func keep(_ counted: Counted) {
        guard case .nowhere = count else { preconditionFailure("an exchange is counted once") }
        isUsed = true
        count = .underWay(counted)
    }

    /// The request is a user's.
    ///
    /// - Parameter name: the user's.
    func admit(_ name: [UInt8]) {
        isUsed = true
        self.name = name
        isAdmitted = true
    }

    /// The request is its user's, as has been found out.
    func admit() {
        isAdmitted = true
    }

    /// The client knows the site by this authority.
    func notePublicAuthority(_ authority: Span<UInt8>) {
        var kept: [UInt8] = []
        swap(&kept, &publicAuthority)
        kept.removeAll(keepingCapacity: true)
        kept.append(authority)
        swap(&kept, &publicAuthority)
    }

    /// The request waits for its password to be checked.
    ///
    /// - Parameter name: the user's that it says it is from.
    func hold(_ ticket: PasswordTicket, of name: [UInt8], at installation: Int) {
        isUsed = true
        self.name = name
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

    /// Takes over the lines that speak of the request.
    func take(_ lines: MadeLines) {
        made = lines
    }

    /// Lines of its own that may be made anew.
    func spareLines() -> MadeLines {
        if let spare { return spare }
        let lines = MadeLines()
        spare = lines
        return lines
    }

    /// What rules add to the request while its head is written, but for lines that speak of its member.
    func requestLines(by fields: FieldRules) -> [UInt8] {
        guard let made else { return fields.lines }
        tellsUserLate = hold != nil && !made.requestUser.isEmpty
        return made.request.lines(for: self)
    }

    /// Bytes that lines have at most which are put into the head when there is a member.
    var memberLinesBytesMax: Int {
        guard let made, let fields = requestFields else { return 0 }
        return (made.requestMember.isEmpty ? 0 : fields.memberTemplate.bytesMax)
            + (tellsUserLate ? fields.userTemplate.bytesMax : 0)
    }

    /// Appends the lines that are put into the head when there is a member.
    ///
    /// - Parameter names: knows what the member is called.
    func appendMemberLines(to lines: inout [UInt8], _ names: MemberLines, member: Int) {
        guard let made else { return }
        if !made.requestMember.isEmpty { lines += made.requestMember.lines(for: self, names, member: member) }
        if tellsUserLate { lines += made.requestUser.lines(for: self) }
    }

    /// What rules add to the answer.
    ///
    /// - Parameters:
    ///   - rules: those of the place.
    ///   - names: knows what lines call a member; `nil`: nobody does.
    ///   - member: who has answered; `nil`: nobody.
    func answerLines(by rules: Rules, isSecure: Bool, _ names: MemberLines?, member: Int?) -> [UInt8] {
        guard let made else { return rules.answerLines(isSecure: isSecure) }
        return made.answer.lines(for: self, names, member: member)
    }

    func reset() {
        key = ""
        guard isUsed else { return }
        isUsed = false
        traits = []
        if place != nil {
            place = nil
            forgetPublicAuthority()
        }
        if rules != nil {
            rules = nil
            made = nil
            tellsUserLate = false
            forgetRequestID()
        }
        giveBack()
        guard !name.isEmpty else { return }
        name = []
        isAdmitted = false
        heldAt = 0
    }

    private func giveBack() {
        // Taken out: to be read where it is, it would be retained.
        var kept = Count.nowhere
        swap(&kept, &count)
        if case .underWay(let counted) = kept { counted.giveBack() }
    }

    private func forgetPublicAuthority() {
        guard !publicAuthority.isEmpty else { return }
        var authority: [UInt8] = []
        swap(&authority, &publicAuthority)
        authority.removeAll(keepingCapacity: true)
        swap(&authority, &publicAuthority)
    }

    private func forgetRequestID() {
        guard !requestID.isEmpty else { return }
        var name: [UInt8] = []
        swap(&name, &requestID)
        name.removeAll(keepingCapacity: true)
        swap(&name, &requestID)
    }
}
