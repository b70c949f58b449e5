import Model

/// What is allowed, and what is said beside members' words, where a request goes. Immutable; shared by all workers.
final class Rules: Sendable {
    /// Field lines of answers over TLS, each with its CR LF.
    let secureLines: [UInt8]
    /// How much is taken and how long is waited, where not as everywhere.
    let bounds: Bounds
    /// The content of Martlet's own answers; `nil`: as it is without pages.
    let pages: Pages?
    /// Who is answered 503 for a while; `nil`: nobody.
    let maintenance: Maintenance?

    /// - Parameters:
    ///   - configuration: with what it inherits.
    ///   - files: what is in the files of pages, by their paths.
    init(_ configuration: RulesConfiguration, files: [String: [UInt8]]) {
        let lines = configuration.transportSecurity.map { "Strict-Transport-Security: \($0.value)\r\n" }
        bounds = configuration.bounds
        secureLines = Array((lines ?? "").utf8)
        pages = Pages(configuration.pages, files: files)
        maintenance = Maintenance(configuration.maintenance)
    }

    /// Field lines of every answer, Martlet's own too.
    func answerLines(isSecure: Bool) -> [UInt8] { isSecure ? secureLines : [] }
}
