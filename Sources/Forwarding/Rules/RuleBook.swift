import Model

/// Makes rules of what is declared, the same for the same: thousands of sites may have those of the top.
struct RuleBook {
    /// What is declared at the top.
    let outermost: RulesConfiguration
    private let passwordFiles: [String: PasswordFile]
    private var known: [RulesConfiguration: Rules] = [:]

    /// - Parameter passwordFiles: what was read of files of users, by their paths.
    init(_ outermost: RulesConfiguration, passwordFiles: [String: PasswordFile] = [:]) {
        self.outermost = outermost
        self.passwordFiles = passwordFiles
    }

    /// - Parameter configuration: with what it inherits.
    /// - Returns: `nil` where nothing is declared.
    mutating func rules(_ configuration: RulesConfiguration) -> Rules? {
        guard configuration != RulesConfiguration() else { return nil }
        if let rules = known[configuration] { return rules }
        let rules = Rules(configuration, passwordFiles: passwordFiles)
        known[configuration] = rules
        return rules
    }
}
