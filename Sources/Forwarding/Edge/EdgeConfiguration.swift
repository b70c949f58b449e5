/// The validated configuration of an edge: what it listens on, which sites it serves and who answers for them.
///
/// Immutable in use and shared by all threads. Every reference in it holds: a site's paths name balancers by index.
public struct EdgeConfiguration: Sendable, Equatable {
    /// At least one, of different addresses, in the order of their declaration.
    public var listeners: [ListenerConfiguration]
    /// At least one, of different hosts, in the order of their declaration.
    public var sites: [SiteConfiguration]
    /// At least one, of different names, in the order of their declaration.
    public var balancers: [BalancerConfiguration]
    /// How many worker threads, `1 ... 1,024`; `nil`: one a core.
    public var workers: Int?
    /// What is compressed, and how hard.
    public var compression: CompressionConfiguration
    /// How long to wait for what.
    public var timeouts: Timeouts
    /// How much to take.
    public var limits: Limits
    /// Where exchanges are written down; `nil`: nowhere.
    public var accessLog: AccessLogConfiguration?
    /// The clients whose `X-Forwarded-*` fields are appended to, not replaced.
    public var trustedProxies: [AddressRange]
    /// The paths of the UNIX-domain listeners of which the same is true.
    public var trustedSocketPaths: [String]
    /// The clients who are told why they got their member when they ask with `X-Martlet-Explain`.
    public var explainFrom: [AddressRange]
    /// The path of the control socket, as it is to be opened; `nil`: there is none.
    public var controlSocketPath: String?
    /// Where members' heartbeats are listened for by UDP; `nil`: nowhere.
    public var heartbeatAddress: ListenAddress?

    /// `workers`.
    public static let workersSetting = Setting(
        "workers", .count, 1...1_024, standard: nil, "worker threads; one a core unless set")

    /// Makes a configuration of its parts; what is left out has its default.
    public init(
        listeners: [ListenerConfiguration], sites: [SiteConfiguration], balancers: [BalancerConfiguration],
        workers: Int? = nil, compression: CompressionConfiguration = CompressionConfiguration(),
        timeouts: Timeouts = Timeouts(), limits: Limits = Limits(), accessLog: AccessLogConfiguration? = nil,
        trustedProxies: [AddressRange] = [], trustedSocketPaths: [String] = [],
        explainFrom: [AddressRange] = [], controlSocketPath: String? = nil, heartbeatAddress: ListenAddress? = nil
    ) {
        self.listeners = listeners
        self.sites = sites
        self.balancers = balancers
        self.workers = workers
        self.compression = compression
        self.timeouts = timeouts
        self.limits = limits
        self.accessLog = accessLog
        self.trustedProxies = trustedProxies
        self.trustedSocketPaths = trustedSocketPaths
        self.explainFrom = explainFrom
        self.controlSocketPath = controlSocketPath
        self.heartbeatAddress = heartbeatAddress
    }
}
