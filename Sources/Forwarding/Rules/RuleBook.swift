import Limiting
import Model

/// Makes rules of what is declared, the same for the same: thousands of sites may have those of the top.
struct RuleBook {
    /// What is declared at the top.
    let outermost: RulesConfiguration
    let files: Files
    private let closedSites: Set<String>
    /// What is counted.
    var limiters: LimiterBook
    private var known: [RulesConfiguration: Rules] = [:]

    /// What is in the files that rules name, by their paths.
    struct Files {
        /// Of pages.
        var pages: [String: [UInt8]]
        /// Of addresses.
        var lists: [String: [AddressRange]]
        /// Of users.
        var passwords: [String: PasswordFile]
    }

    /// - Parameter closedSites: the hosts of sites that control has closed for maintenance.
    init(
        _ outermost: RulesConfiguration, files: Files, closedSites: Set<String>, limiters: LimiterBook
    ) {
        self.outermost = outermost.placed(at: "")
        self.files = files
        self.closedSites = closedSites
        self.limiters = limiters
    }

    /// What is declared for a site, with what it inherits, and with what control says.
    func configuration(of site: SiteConfiguration) -> RulesConfiguration {
        var rules = site.rules.placed(at: site.placeName).inheriting(outermost)
        if closedSites.contains(site.name) {
            var maintenance = rules.maintenance ?? MaintenanceConfiguration()
            maintenance.isOn = true
            rules.maintenance = maintenance
        }
        return rules
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
