import Model

/// Makes rules of what is declared, the same for the same: thousands of sites may have those of the top.
struct RuleBook {
    /// What is declared at the top.
    let outermost: RulesConfiguration
    private let files: [String: [UInt8]]
    private var known: [RulesConfiguration: Rules] = [:]

    /// - Parameter files: what is in the files of pages, by their paths.
    init(_ outermost: RulesConfiguration, files: [String: [UInt8]]) {
        self.outermost = outermost
        self.files = files
    }

    /// - Parameter configuration: with what it inherits.
    /// - Returns: `nil` where nothing is declared.
    mutating func rules(_ configuration: RulesConfiguration) -> Rules? {
        guard configuration != RulesConfiguration() else { return nil }
        if let rules = known[configuration] { return rules }
        let rules = Rules(configuration, files: files)
        known[configuration] = rules
        return rules
    }
}
