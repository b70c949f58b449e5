import Bytes
import Model

/// Where a request leads beside a balancer, and which rule has decided. Pooled with its exchange.
final class Ruling {
    /// What belongs to the path; `nil`: nothing, or it is not known.
    private(set) var place: Place?
    /// What holds for the answer.
    private(set) var rules: Rules?
    /// The key of the rule that has decided; empty: none has.
    var key: StaticString = ""
    /// By which authority the client knows the site, and whether it came over TLS, where answers are mapped.
    var publicAuthority: [UInt8] = []
    var isPublicSecure = false
    /// The request's name; empty for none.
    private(set) var requestID: [UInt8] = []
    /// What rules have made for the request, and for its answer.
    private(set) var request = RuledLines()
    private(set) var answer = RuledLines()

    /// The request leads there.
    func locate(at place: Place?) {
        self.place = place
        rules = place?.rules
    }

    /// The request leads nowhere in a site.
    func locate(in rules: Rules?) {
        self.rules = rules
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
        // Taken out and put back: an access that spans a call would have every one checked for exclusivity at run time.
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
        var lines: [UInt8] = []
        swap(&lines, &answer.lines)
        names?.append(to: &lines, answer.memberLines, of: member)
        swap(&lines, &answer.lines)
        answer.memberLines.removeAll(keepingCapacity: true)
    }

    func reset() {
        if place != nil {
            place = nil
            publicAuthority.removeAll(keepingCapacity: true)
        }
        if rules != nil {
            rules = nil
            request.removeAll()
            answer.removeAll()
            if !requestID.isEmpty { requestID.removeAll(keepingCapacity: true) }
        }
        key = ""
        isPublicSecure = false
    }
}
