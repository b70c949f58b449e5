import Limiting
import Model

/// Makes rules of what is declared, the same for the same: thousands of sites may have those of the top.
struct RuleBook {
    /// What is declared at the top.
    let outermost: RulesConfiguration
    /// The addresses in files, by their paths.
    let lists: [String: [AddressRange]]
    /// What is counted.
    var limiters: LimiterBook
    private var known: [RulesConfiguration: Rules] = [:]

    init(_ outermost: RulesConfiguration, lists: [String: [AddressRange]], limiters: LimiterBook) {
        self.outermost = outermost.placed(at: "")
        self.lists = lists
        self.limiters = limiters
    }

    /// - Parameter configuration: with what it inherits.
    /// - Returns: `nil` where nothing is declared.
    mutating func rules(_ configuration: RulesConfiguration) -> Rules? {
        guard configuration != RulesConfiguration() else { return nil }
        if let rules = known[configuration] { return rules }
        let rules = Rules(configuration, &self)
        known[configuration] = rules
        return rules
    }
}
