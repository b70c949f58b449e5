import Model

/// What is allowed, and what is said beside members' words, where a request goes. Immutable; shared by all workers.
final class Rules: Sendable {
    /// Who may ask, and how much; `nil`: everybody, whatever he likes.
    let gate: Gate?
    /// Field lines of answers over TLS, each with its CR LF.
    let secureLines: [UInt8]
    /// How much is taken and how long is waited, where not as everywhere.
    let bounds: Bounds
    /// The content of Martlet's own answers; `nil`: as it is without pages.
    let pages: Pages?
    /// Who is answered 503 for a while; `nil`: nobody.
    let maintenance: Maintenance?
    /// Who is let in by name and password; `nil`: everybody is.
    let users: Users?

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
        let lines = configuration.transportSecurity.map { "Strict-Transport-Security: \($0.value)\r\n" }
        bounds = configuration.bounds
        secureLines = Array((lines ?? "").utf8)
        pages = Pages(configuration.pages, files: book.files.pages)
        maintenance = Maintenance(configuration.maintenance)
    }

    /// Field lines of every answer, Martlet's own too.
    func answerLines(isSecure: Bool) -> [UInt8] { isSecure ? secureLines : [] }
}
