import Model

/// What keeps requests out of a path, or counts them there: who comes to its members by another spelling goes past it.
struct PathGuard: Hashable {
    private var access = AccessConfiguration()
    private var users: UsersConfiguration?
    private var maintenance: MaintenanceConfiguration?
    private var rates: [RateConfiguration] = []
    private var exchangesPerAddress: Int?
    /// Whether Martlet answers that it is not there, or not for the client.
    private var refuses = false
    /// The requests that get such an answer.
    private var refused: [CaseConfiguration.Condition] = []
    private var isForTLS = false

    private init() {}

    /// - Parameter isForTLS: whether another path of the site is served in cleartext, and this one is not.
    private init(_ path: SiteConfiguration.Path, in outer: RulesConfiguration, isForTLS: Bool) {
        let rules = path.rules.inheriting(outer)
        if rules.access.isGuarded { access = rules.access }
        if rules.users?.path != nil { users = rules.users }
        if let declared = rules.maintenance, declared.isOn { maintenance = declared }
        // Those of the site count wherever the request leads.
        rates = path.rules.rates
        exchangesPerAddress = rules.exchangesPerAddress
        refuses = Self.refuses(path.action)
        refused = path.cases.filter { Self.refuses($0.action) }.map(\.condition)
        self.isForTLS = isForTLS
    }

    /// Tells the guards of a site's paths apart: equal ones have one number, and 0 is what keeps nobody out.
    ///
    /// - Parameter rules: those of the site, with what they inherit.
    static func numbers(of paths: [SiteConfiguration.Path], in rules: RulesConfiguration) -> [Int] {
        let hasCleartext = paths.contains(where: \.isServedInCleartext)
        var known = [PathGuard(): 0]
        return paths.map { path in
            let own = PathGuard(path, in: rules, isForTLS: hasCleartext && !path.isServedInCleartext)
            if let number = known[own] { return number }
            known[own] = known.count
            return known.count - 1
        }
    }

    private static func refuses(_ action: SiteConfiguration.Path.Action) -> Bool {
        if case .answer(let answer) = action { answer.status >= 400 } else { false }
    }
}
