import Balancing
import Forwarding

/// The keys of a configuration, from the root down.
enum EdgeTables {
    /// The root.
    static let root = Table(
        "A configuration of Martlet.",
        [
            .init("listeners", .list(.table(listener), countMin: 1), "where clients connect", isRequired: true),
            .init(
                "sites", .list(.table(site), countMin: 1),
                "public hosts and who answers for their paths; exact hosts go before wildcards", isRequired: true),
            .init(
                "balancers", .named(.table(balancer), names: .name), "named groups of members", isRequired: true),
            .init(EdgeConfiguration.workersSetting),
            .init("compression", .table(compression), "which answers are compressed, with what"),
            .init("timeouts", .table(timeouts), "how long to wait for what"),
            .init("limits", .table(limits), "how much to take before refusing"),
            .init("log", .table(log), "what is written down"),
            .init(
                "trusted-proxies", .list(.text(trustedProxy), countMin: 0),
                "clients whose X-Forwarded-* fields are appended to and not replaced; a UNIX-domain listener: all of "
                    + "its; the log's client, of: address and explain-from are then about the client whom they name"),
            .init(
                "heartbeat-listen", .text(datagramAddress),
                "where members' heartbeats are listened for by UDP, mod_heartbeat's HeartbeatAddress there"),
            .init("control", .table(control), "a socket by which operators talk to the running process"),
            .init(
                "explain-from", .list(.text(addressRange), countMin: 0),
                "clients who are told in X-Martlet-Route why they got their member, if they ask with X-Martlet-Explain"
            ),
        ], foreign: .root)

    /// `control`.
    static let control = Table(
        "How operators talk to the running process.",
        [
            .init(
                "socket", .text(TextShape("the path of a socket, such as /run/martlet/control.sock", pattern: "^.+$")),
                "a UNIX-domain socket, open to its owner alone; changes with a restart only", isRequired: true)
        ], foreign: .control)

    /// A piece of `listeners`.
    static let listener = Table(
        "An address that clients connect to.",
        [
            .init(
                "address", .text(listenAddress), "an IP address and a port, or a UNIX-domain socket", isRequired: true),
            .init("tls", .table(tls), "speak TLS; cleartext if left out"),
            .init(
                "protocols",
                .list(
                    .choice(ListenerConfiguration.ApplicationProtocol.allCases.map(\.rawValue), standard: nil),
                    countMin: 1),
                "what clients may speak: h2 and http/1.1 over TLS, http/1.1 and h2c in cleartext; h2c only if named"),
        ], foreign: .listener)

    /// `tls` of a listener.
    static let tls = Table(
        "With which identities a listener speaks TLS.",
        [
            .init(
                "certificates", .text(TextShape("the path of a folder of certificates", pattern: "^.+$")),
                "a folder; every identity in it is served, chosen by SNI", isRequired: true),
            .init("default", .text(hostPattern), "the name whose identity answers names that no other one has"),
        ], foreign: .tls)

    /// A piece of `sites`.
    static let site = Table(
        "A public host and its paths.",
        [
            .init("host", .text(hostPattern), "an exact host or *.suffix; any host if left out"),
            .init(
                "paths", .named(.shorthand("balancer", path), names: pathPrefix),
                "which balancer answers for which path; the longest on segment borders wins", isRequired: true),
        ], foreign: .site)

    /// What stands behind a path of a site.
    static let path = Table(
        "Who answers for a path, and what is changed on the way.",
        [
            .init("balancer", .text(balancerName), "the name of the balancer that answers", isRequired: true),
            .init("to", .text(pathPrefix), "what members get in place of the path; the path itself if left out"),
            .init(
                "preserve-host", .boolean(standard: true),
                "whether members get the host that the client named, or their own"),
            .init(
                "reverse-mapping", .boolean(standard: false),
                "make URLs and cookies in answers that speak of the member speak of the site"),
            .init(
                "cookie-domains", .named(.text(cookieDomain), names: cookieDomain),
                "with reverse-mapping: what stands in place of cookies' domains that are not a member's host"),
        ], foreign: .path)

    /// What stands behind a name under `balancers`.
    static let balancer = Table(
        "A named group of members.",
        [
            .init(
                "method", .choice(Balancing.Method.allCases.map(\.rawValue), standard: "byrequests", foreign: .methods),
                "how a member is elected where no session decides"),
            .init("affinity", .shorthand("mode", affinity), "how sessions stay with their member"),
            .init(BalancerConfiguration.sessionIdleSetting),
            .init(
                "failover", .choice(["elected", "buddy"], standard: "elected"),
                "where a session goes whose member cannot be used: to whom the method elects, or to its buddy, the "
                    + "same on every node"),
            .init(
                "recovery", .choice(["stay", "return"], standard: "stay"),
                "mode learn: whether a session stays where it was moved to, or returns when its member can be used"),
            .init(
                "buddy-field", .text(fieldName),
                "a request field that tells the member the route of the session's buddy"),
            .init(BalancerConfiguration.failoverRateSetting),
            .init(
                "members", .named(.shorthand("url", member), names: .name),
                "the backends; the declared name is the route", isRequired: true),
            .init(BalancerConfiguration.maxAttemptsSetting), .init(BalancerConfiguration.timeoutSetting),
            .init(
                "no-failover", .boolean(standard: false),
                "refuse a session whose member cannot answer (503) in place of giving it to another member"),
            .init(
                "force-recovery", .boolean(standard: true),
                "try all members again at once when all are in error, and who is in error before a request is refused"),
            .init(
                "facts", .boolean(standard: false),
                "tell members in X-Balancer-* fields what was decided: mod_proxy_balancer's BALANCER_* variables"),
            .init(
                "heartbeat-field", .text(fieldName),
                "method heartbeat: the answer field in which members say how they are, as v=1&ready=75&busy=3"),
            .init(
                "fail-on-status", .list(.quantity(BalancerConfiguration.failOnStatusSetting), countMin: 1),
                "statuses of answers that put their member in error; the answers pass"),
            .init(
                "fail-on-timeout", .boolean(standard: false),
                "put a member in error that does not answer in time; includes retry-on: [timeout]"),
            .init(
                "retry-on",
                .list(
                    .quantity(BalancerConfiguration.retryOnSetting, or: BalancerConfiguration.retryOnTimeoutWord),
                    countMin: 1),
                "statuses of answers after which an idempotent request is given to another member, and timeout: when "
                    + "none comes in time"),
            .init(
                "inflate-requests", .boolean(standard: false),
                "inflate requests' gzip content before members get it; limits.request-expansion bounds it"),
        ], foreign: .balancer)

    /// `affinity` of a balancer.
    static let affinity = Table(
        "How sessions stay with their member.",
        [
            .init(
                "mode",
                .choice(
                    ["route", "hash", "learn", "insert", "prefix", "sealed", "none"], standard: nil, foreign: .modes),
                "by the route in the application's session (route), by the hash of something in the request (hash), by "
                    + "what was seen of members' sessions (learn), by a cookie of Martlet's own (insert), by a route "
                    + "in front of the application's cookie (prefix), by a sealed token in place of the route "
                    + "(sealed), or not (none)"),
            .init("cookie", .text(cookieName), "the name of the session's cookie"),
            .init("parameter", .text(parameterName), "the name of the session's path or query parameter"),
            .init(
                "separator", .text(separator),
                "what stands between the session's identifier and the route; . if left out; off: the route is all"),
            .init("field", .text(fieldName), "mode hash: the name of the field that is hashed"),
            .init(
                "of", .choice(["path", "address"], standard: nil),
                "mode hash: hash the target's path, or the client's address"),
            .init(AffinityConfiguration.loadBoundSetting),
            .init(AffinityConfiguration.entriesSetting),
            .init(
                "semicolon-path-delimiter", .boolean(standard: false),
                "whether a parameter's value ends at a semicolon too, as mod_jk has it"),
        ] + cookieKeys, foreign: .affinity)

    /// What stands behind a name under `members`.
    static let member = Table(
        "A backend.",
        [
            .init("url", .text(memberURL), "its address, http://HOST:PORT or unix:/PATH", isRequired: true),
            .init(
                "route", .text(route),
                "what a session's identifier calls it; its name if left out; members of one route answer for each other"
            ),
            .init("was", .text(.name), "what it was called before a reload: it keeps its state and its sessions"),
            .init(MemberConfiguration.loadFactorSetting),
            .init(MemberConfiguration.setSetting),
            .init(
                "status",
                .list(.choice(MemberStatus.words.map(\.name), standard: nil, foreign: .statuses), countMin: 1),
                "what it may be used for: mod_proxy_balancer's flags"),
            .init(
                "ties", .boolean(standard: false),
                "whether a hot-standby keeps the clients that it was elected for when the others can be used again"),
            .init(
                "redirect", .text(route), "the route of the member that gets its sessions while it cannot be used"),
            .init(MemberConfiguration.exchangesMaxSetting), .init(MemberConfiguration.acquireSetting),
            .init(MemberConfiguration.retrySetting),
            .init(MemberConfiguration.ttlSetting),
            .init(MemberConfiguration.connectionTimeoutSetting),
            .init(MemberConfiguration.timeoutSetting),
            .init(MemberConfiguration.pingSetting),
            .init("disable-reuse", .boolean(standard: false), "use each connection to it for one exchange alone"),
            .init("keepalive", .boolean(standard: false), "let the kernel probe idle connections to it"),
        ], foreign: .member)

    /// `compression`.
    static let compression = Table(
        "Which answers are compressed, with what, and how hard.",
        [
            .init("enabled", .boolean(standard: true), "whether anything is compressed"),
            .init(
                "codings",
                .list(
                    .choice(
                        CompressionConfiguration.Coding.allCases.map(\.rawValue), standard: nil, foreign: .codings),
                    countMin: 1),
                "what answers may be coded with, the preferred first where a client likes several as much; gzip alone "
                    + "if left out"),
            .init(CompressionConfiguration.minimumLengthSetting),
            .init(
                "engine", .choice(CompressionConfiguration.Engine.allCases.map(\.rawValue), standard: nil),
                "what makes gzip; igzip where the processor has AVX2 and PCLMUL and level is 3 at most, else zlib, if "
                    + "left out"),
            .init(CompressionConfiguration.levelSetting),
            .init("brotli", .table(brotli), "how hard brotli tries and how far it looks back"),
            .init("zstd", .table(zstd), "how hard zstd tries and how far it looks back"),
            .init("types", .list(.text(mediaType), countMin: 1), "the media types that are compressed, such as text/*"),
            .init(
                "breach-guard", .boolean(standard: false),
                "do not compress a session's answers to other sites' requests for more than / or with content"),
        ], foreign: .compression)

    /// `compression.brotli`.
    static let brotli = Table(
        "How hard brotli tries and how far it looks back.",
        [
            .init(CompressionConfiguration.brotliLevelSetting), .init(CompressionConfiguration.brotliWindowSetting),
        ])

    /// `compression.zstd`.
    static let zstd = Table(
        "How hard zstd tries and how far it looks back.",
        [.init(CompressionConfiguration.zstdLevelSetting), .init(CompressionConfiguration.zstdWindowSetting)])

    /// `timeouts`.
    static let timeouts = Table(
        "How long to wait for what.",
        [
            .init(Timeouts.Settings.handshake), .init(Timeouts.Settings.head), .init(Timeouts.Settings.body),
            .init(Timeouts.Settings.keepalive), .init(Timeouts.Settings.connect), .init(Timeouts.Settings.answer),
            .init(Timeouts.Settings.tunnel),
            .init(Timeouts.Settings.drain),
        ], foreign: .timeouts)

    /// `limits`.
    static let limits = Table(
        "How much to take before refusing.",
        [
            .init(Limits.Settings.requestLine), .init(Limits.Settings.requestHead), .init(Limits.Settings.field),
            .init(Limits.Settings.fieldCount), .init(Limits.Settings.answerHead),
            .init(Limits.Settings.requestBody, orOff: true), .init(Limits.Settings.requestExpansion),
            .init(Limits.Settings.exchangeMemory),
            .init(Limits.Settings.connections),
            .init(Limits.Settings.http2Streams),
            .init(Limits.Settings.http2Glitches),
        ], foreign: .limits)

    /// `log`.
    static let log = Table(
        "What is written down.", [.init("access", .table(accessLog), "a line for each exchange; none if left out")],
        foreign: .log, alone: "access")

    /// `log.access`.
    static let accessLog = Table(
        "A line for each exchange.",
        [
            .init(
                "format", .choice(AccessLogConfiguration.Format.allCases.map(\.rawValue), standard: "json"),
                "how a line looks"),
            .init(
                "path", .text(TextShape("the path of a file, or -", pattern: "^.+$")),
                "a file that is appended to, or - for standard output, as if left out"),
        ], foreign: .accessLog, alone: "path")
}
