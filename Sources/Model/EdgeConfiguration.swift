import Limiting

/// The validated configuration of an edge: what it listens on, which sites it serves and who answers for them.
///
/// Immutable in use and shared by all threads. Every reference in it holds: a site's paths name balancers that
/// are there.
public struct EdgeConfiguration: Sendable, Equatable {
    /// At least one, of different addresses, in the order of their declaration.
    public var listeners: [ListenerConfiguration]
    /// At least one, of different hosts, in the order of their declaration.
    public var sites: [SiteConfiguration]
    /// At least one, of different names, in the order of their declaration.
    public var balancers: [BalancerConfiguration]
    /// What checks may begin with, by their names.
    public var checks: [CheckConfiguration] = []
    /// How many worker threads, `1 ... 1,024`; `nil`: one a core.
    public var workers: Int?
    /// What is compressed, and how hard.
    public var compression = CompressionConfiguration()
    /// How long to wait for what.
    public var timeouts = Timeouts()
    /// How much to take.
    public var limits = Limits()
    /// Where exchanges are written down; `nil`: nowhere.
    public var accessLog: AccessLogConfiguration?
    /// How events are told.
    public var events = EventLogConfiguration()
    /// The clients whose `X-Forwarded-*` fields are appended to, not replaced.
    public var trustedProxies: [AddressRange] = []
    /// The paths of the UNIX-domain listeners of which the same is true.
    public var trustedSocketPaths: [String] = []
    /// By which fields clients are told of.
    public var forwarded = ForwardedConfiguration()
    /// The clients who are told why they got their member when they ask with `X-Martlet-Explain`.
    public var explainFrom: [AddressRange] = []
    /// The path of the control socket, as it is to be opened; `nil`: there is none.
    public var controlSocketPath: String?
    /// Where metrics are told; `nil`: nowhere, and nothing is measured for them.
    public var metrics: MetricsConfiguration?
    /// Where members' heartbeats are listened for by UDP; `nil`: nowhere.
    public var heartbeatAddress: ListenAddress?
    /// How members' names are looked up.
    public var dns = DNSConfiguration()
    /// Whose the process becomes when it has what root alone may give it; `nil`: it stays whose it is.
    public var user: UserName?
    /// Whether the process gives up, when it begins to serve, system calls that it never makes, and to write and run
    /// files elsewhere than it needs.
    public var isSandboxed = false
    /// What holds for all sites that do not say otherwise.
    public var rules = RulesConfiguration()

    /// Makes a configuration of what has no default.
    public init(
        listeners: [ListenerConfiguration], sites: [SiteConfiguration], balancers: [BalancerConfiguration]
    ) {
        self.listeners = listeners
        self.sites = sites
        self.balancers = balancers
    }

    /// The port of the first listener with TLS that has one.
    public var securePort: Int? { securePort(of: nil) }

    /// The port of the first listener with TLS that has one and serves a site; `nil` in its place: any.
    public func securePort(of site: SiteConfiguration?) -> Int? {
        for listener in listeners where listener.tls != nil && site?.isServed(at: listener.address) != false {
            if case .ip(_, let port) = listener.address { return port }
        }
        return nil
    }

    /// Whether a site is served over TLS.
    public func isSecure(_ site: SiteConfiguration) -> Bool {
        listeners.contains { $0.tls != nil && site.isServed(at: $0.address) }
    }

    /// The rules of all levels, each without what it inherits.
    public var allRules: [RulesConfiguration] {
        [rules] + sites.flatMap { site in [site.rules] + site.paths.map(\.rules) }
    }

    /// Whose `X-Forwarded-*` fields are appended to, of both kinds.
    var proxies: [TrustedProxy] {
        get { trustedProxies.map { .range($0) } + trustedSocketPaths.map { .socket(path: $0) } }
        set {
            trustedProxies = newValue.compactMap { if case .range(let range) = $0 { range } else { nil } }
            trustedSocketPaths = newValue.compactMap { if case .socket(let path) = $0 { path } else { nil } }
        }
    }

    /// The keys of a configuration.
    public static let schema = Schema<EdgeConfiguration>(
        "A configuration of Martlet.", of: EdgeConfiguration(listeners: [], sites: [], balancers: []), others: .root,
        [
            Field(
                "include", readAs: .oneOrMore(.text(.includePattern)),
                "files with more of the configuration, from this file's folder on, in the order of their names"),
            Field(
                "listeners", \.listeners, .list(.table(ListenerConfiguration.schema)), "where clients connect",
                isRequired: true),
            Field(
                "sites", \.sites, .list(.table(SiteConfiguration.schema)),
                "public hosts and who answers for their paths; exact hosts go before wildcards", isRequired: true),
            Field(
                "balancers", \.balancers, .named(.table(BalancerConfiguration.schema), .name, by: \.name),
                "named groups of members", isRequired: true),
            Field(
                "checks", \.checks, .named(.shorthand("use", CheckConfiguration.schema), .name, by: \.name),
                "checks of members that balancers and members name by check: NAME"),
            Field(
                "user", \.user, .text(.user),
                "the user, and with a colon the group, that the process becomes once it has ports and keys that root "
                    + "alone may give it; changes with a restart only"),
            Field(
                "sandbox", \.isSandboxed, .boolean(),
                "whether system calls are denied that are never made, and files are written and run nowhere else than "
                    + "is declared; changes with a restart only"),
            Field("workers", \.workers, .count(1...1_024), "worker threads; one a core unless set"),
            Field(
                "compression", \.compression, .table(CompressionConfiguration.schema),
                "which answers are compressed, with what"),
            Field("timeouts", \.timeouts, .table(Timeouts.schema), "how long to wait for what"),
            Field("limits", \.limits, .table(Limits.schema), "how much to take before refusing"),
            Field("log", logSchema, "what is written down"),
            Field(
                "trusted-proxies", \.proxies, .list(.text(.trustedProxy), countMin: 0),
                "clients whose X-Forwarded-* fields are appended to and not replaced; a UNIX-domain listener stands "
                    + "for all of its clients; the log, of: address and explain-from then go by the client whom these "
                    + "fields name"),
            Field(
                "forwarded", \.forwarded, .table(ForwardedConfiguration.schema),
                "which field of trusted-proxies names their clients, and which ones tell members"),
            Field(
                "heartbeat-listen", \.heartbeatAddress, .text(.datagramAddress),
                "where members' heartbeats are listened for by UDP, mod_heartbeat's HeartbeatAddress there"),
            Field("dns", \.dns, .table(DNSConfiguration.schema), "how members' names are looked up"),
            Field("control", controlSchema, "a socket by which operators talk to the running process"),
            Field(
                "metrics", \.metrics, .shorthand("address", MetricsConfiguration.schema),
                "an address at which Prometheus finds metrics, and balancers in front the node's health"),
            Field(
                "explain-from", \.explainFrom, .list(.text(.addressRange), countMin: 0),
                "clients who are told in X-Martlet-Route why they got their member, if they ask with X-Martlet-Explain"
            ),
            Field(
                "request-id", \.rules.requestID, .shorthand("field", RequestIDConfiguration.schema),
                "a name for each request, which its member is told in a field, and the log"),
        ] + RulesConfiguration.schema.fields(of: \.rules))

    /// The keys of `log`.
    private static let logSchema = Schema<EdgeConfiguration>(
        "What is written down.", of: EdgeConfiguration(listeners: [], sites: [], balancers: []), others: .log,
        alone: "access",
        [
            Field(
                "access", \.accessLog, .table(AccessLogConfiguration.schema),
                "a line for each exchange; none if left out"),
            Field("events", \.events, .table(EventLogConfiguration.schema), "how events are told"),
        ])

    /// The keys of `control`.
    private static let controlSchema = Schema<EdgeConfiguration>(
        "How operators talk to the running process.", of: EdgeConfiguration(listeners: [], sites: [], balancers: []),
        others: .control,
        [
            Field(
                "socket", \.controlSocketPath, .text(.socket),
                "a UNIX-domain socket, open to its owner alone; changes with a restart only", isRequired: true)
        ])
}
