import Model

/// What is allowed, and what is said beside members' words, where a request goes. Immutable; shared by all workers.
final class Rules: Sendable {
    /// Who may ask, and how much; `nil`: everybody, whatever he likes.
    let gate: Gate?
    /// Field lines of answers that are always the same, each with its CR LF: over TLS, and in cleartext.
    let secureLines: [UInt8]
    let clearLines: [UInt8]
    /// How much is taken and how long is waited, where not as everywhere.
    let bounds: Bounds
    /// The content of Martlet's own answers; `nil`: as it is without pages.
    let pages: Pages?
    /// Who is answered 503 for a while; `nil`: nobody.
    let maintenance: Maintenance?
    /// Who is let in by name and password; `nil`: everybody is.
    let users: Users?
    /// What is done to the fields of requests and of answers; `nil`: nothing.
    let requestFields: FieldRules?
    let answerFields: FieldRules?
    /// How a request gets a name; `nil`: it has none.
    let requestID: RequestIDRule?
    /// What stands in fields, and whether something is told of TLS.
    let facts: FactSet
    let asksForTLS: Bool
    /// What is done to members' cookies; `nil`: nothing.
    let cookies: CookieRules?
    /// What there is of all that.
    let traits: PlaceTraits

    /// - Parameters:
    ///   - configuration: with what it inherits.
    ///   - book: what is known of files and of what was counted before.
    init(_ configuration: RulesConfiguration, _ book: inout RuleBook) {
        gate = Gate(
            .place, configuration.access, rates: configuration.rates,
            exchanges: configuration.exchangesPerAddress.map { ($0, configuration.exchangesPlace) }, &book)
        users = configuration.users.flatMap { users in
            users.path.map { Users(users, file: book.files.passwords[$0]) }
        }
        bounds = configuration.bounds
        pages = Pages(configuration.pages, files: book.files.pages)
        maintenance = Maintenance(configuration.maintenance)
        let fields = configuration.fieldsWithID
        requestFields = FieldRules(fields.request, isOfRequests: true)
        answerFields = FieldRules(fields.answer, isOfRequests: false)
        let told = (requestFields?.facts ?? FactSet()).union(answerFields?.facts ?? FactSet())
        facts = told
        asksForTLS = FieldFact.allCases.contains { $0.isOfTLS && told.contains($0) }
        requestID =
            configuration.requestID != nil || facts.contains(.requestID) ? RequestIDRule(configuration.requestID) : nil
        cookies = configuration.cookies.flatMap { $0.isEmpty ? nil : CookieRules($0) }
        let lines = configuration.transportSecurity.map { "Strict-Transport-Security: \($0.value)\r\n" }
        clearLines = answerFields?.lines ?? []
        secureLines = Array((lines ?? "").utf8) + clearLines
        traits = PlaceTraits([
            (.gate, gate != nil), (.maintenance, maintenance != nil), (.users, users != nil),
            (.bounds, bounds != Bounds()), (.requestFields, requestFields != nil), (.answerFields, answerFields != nil),
            (.answerLines, !secureLines.isEmpty), (.cookies, cookies != nil),
            (.facts, requestID != nil || !told.isEmpty),
        ])
    }

    /// What is declared of `hsts`, for those who ask.
    var transportSecurityWords: [String] {
        let line = secureLines.dropLast(clearLines.count)
        guard let colon = line.firstIndex(of: UInt8(ascii: ":")) else { return [] }
        return ["hsts\(String(decoding: line[colon...].prefix { $0 != 0x0D }, as: UTF8.self)), over TLS"]
    }

    /// Field lines of every answer, Martlet's own too.
    func answerLines(isSecure: Bool) -> [UInt8] { isSecure ? secureLines : clearLines }
}

extension RulesConfiguration {
    /// The fields with that of the request's name, unless they speak of it themselves.
    fileprivate var fieldsWithID: FieldsConfiguration {
        guard let requestID else { return fields }
        let line = FieldLine(name: requestID.field, value: "$\(FieldFact.requestID.name)")
        var outer = FieldsConfiguration()
        outer.request.set = [line]
        if requestID.isInAnswers { outer.answer.set = [line] }
        return fields.inheriting(outer)
    }
}
