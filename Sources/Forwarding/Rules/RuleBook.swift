import Model

/// Makes rules of what is declared, the same for the same: thousands of sites may have those of the top.
struct RuleBook {
    /// What is declared at the top.
    let outermost: RulesConfiguration
    private let files: [String: [UInt8]]
    private let closedSites: Set<String>
    private var known: [RulesConfiguration: Rules] = [:]

    /// - Parameters:
    ///   - files: what is in the files of pages, by their paths.
    ///   - closedSites: the hosts of sites that control has closed for maintenance.
    init(_ outermost: RulesConfiguration, files: [String: [UInt8]], closedSites: Set<String>) {
        self.outermost = outermost
        self.files = files
        self.closedSites = closedSites
    }

    /// What is declared for a site, with what it inherits, and with what control says.
    func configuration(of site: SiteConfiguration) -> RulesConfiguration {
        var rules = site.rules.inheriting(outermost)
        if site.hosts.contains(where: { closedSites.contains($0.description) }) {
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
        let rules = Rules(configuration, files: files)
        known[configuration] = rules
        return rules
    }
}
