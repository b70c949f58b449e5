import Model

/// What keeps requests out of a path, or counts them there: who comes to its members by another spelling goes past it.
struct PathGuard: Hashable {
    /// What keeps nobody out.
    static let open = PathGuard()

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

    /// - Parameters:
    ///   - path: one of a site.
    ///   - outer: the site's rules, with what they inherit.
    ///   - isForTLS: whether another path of the site is served in cleartext, and this one is not.
    init(_ path: SiteConfiguration.Path, in outer: RulesConfiguration, isForTLS: Bool) {
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

    private static func refuses(_ action: SiteConfiguration.Path.Action) -> Bool {
        if case .answer(let answer) = action { answer.status >= 400 } else { false }
    }
}
