import Model

/// What is allowed, and what is said beside members' words, where a request goes. Immutable; shared by all workers.
final class Rules: Sendable {
    /// Field lines of answers over TLS, each with its CR LF.
    let secureLines: [UInt8]
    /// Who is let in by name and password; `nil`: everybody is.
    let users: Users?

    /// - Parameters:
    ///   - configuration: with what it inherits.
    ///   - passwordFiles: what was read of files of users, by their paths.
    init(_ configuration: RulesConfiguration, passwordFiles: [String: PasswordFile] = [:]) {
        users = configuration.users.flatMap { users in
            users.path.map { Users(users, file: passwordFiles[$0]) }
        }
        let lines = configuration.transportSecurity.map { "Strict-Transport-Security: \($0.value)\r\n" }
        secureLines = Array((lines ?? "").utf8)
    }

    /// Field lines of every answer, Martlet's own too.
    func answerLines(isSecure: Bool) -> [UInt8] { isSecure ? secureLines : [] }
}
