import Model

/// Makes rules of what is declared, the same for the same: thousands of sites may have those of the top.
struct RuleBook {
    /// What is declared at the top.
    let outermost: RulesConfiguration
    private var known: [RulesConfiguration: Rules] = [:]

    init(_ outermost: RulesConfiguration) {
        self.outermost = outermost
    }

    /// - Parameter configuration: with what it inherits.
    /// - Returns: `nil` where nothing is declared.
    mutating func rules(_ configuration: RulesConfiguration) -> Rules? {
        guard configuration != RulesConfiguration() else { return nil }
        if let rules = known[configuration] { return rules }
        let rules = Rules(configuration)
        known[configuration] = rules
        return rules
    }
}
