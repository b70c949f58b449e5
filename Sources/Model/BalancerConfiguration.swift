import Balancing

/// A named group of members and how one of them is chosen.
public struct BalancerConfiguration: Sendable, Equatable {
    /// The declared name, `[A-Za-z0-9_.-]+`.
    public var name: String
    /// How a member is elected where no session decides.
    public var method = Balancing.Method.byrequests
    /// How sessions stay with their member; `nil`: they do not.
    public var affinity: AffinityConfiguration?
    /// `1 ... membersMax`, of different names, in the order of their declaration. Those of one route answer for one
    /// another.
    public var members: [MemberConfiguration]
    /// The file that has them, as it is to be opened; `nil`: they are declared one by one.
    public var membersPath: String?
    /// Members that a request is given to at most, the first one counted; `nil`: each once.
    public var maxAttempts: Int?
    /// Whether a session whose member cannot answer is refused (503) and not given to another member.
    public var noFailover = false
    /// Whether all members are tried again at once when all are in error.
    public var forceRecovery = true
    /// The statuses of answers, `400 ... 599`, that put their member in error.
    public var failOnStatus: [Int] = []
    /// Whether a member that does not answer in time is put in error.
    public var failOnTimeout = false
    /// The statuses of answers, `400 ... 599`, after which an idempotent request is given to another member.
    public var retryOnStatus: [Int] = []
    /// Whether it is given to another one when its answer does not begin in time; so it is under ``failOnTimeout``.
    public var retryOnTimeout = false
    /// The name of the answer field, in lower case, by which a member says with 503 that it has not begun a request;
    /// `nil`: none says so.
    public var refusalField: String?
    /// Of a worker's requests, how many more it sends anew in a second at most.
    public var retryShare = LogShare(parts: 2_000)
    /// Milliseconds that a request waits for a member that can take it; `nil`: while members are busy as long as their
    /// `acquire` says, and not while they are in error.
    public var timeoutMilliseconds: Int?
    /// Requests that wait for its members at most, on all workers together; `nil`: any number.
    public var queueMax: Int?
    /// Whether members are told in `X-Balancer-…` fields what was decided.
    public var tellsFacts = false
    /// The name of the answer field, in lower case, in which members say how they are (``Method/heartbeat``); `nil`:
    /// they do not.
    public var heartbeatField: String?
    /// Whether requests' gzip content is inflated before members get it.
    public var inflatesRequests = false
    /// How requests become calls of scripts; `nil`: no member speaks FastCGI.
    public var fastCGI: FastCGIConfiguration?

    /// What of answers and requests waits for slow clients; `nil`: nothing but a FastCGI member's requests without a
    /// length.
    public var buffering: BufferingConfiguration?

    /// How its members are asked whether they are well; `nil`: those alone are that say it themselves.
    public var check: CheckConfiguration?
    /// The programs beside its members, one each, that say how much these may have.
    public var agent: AgentConfiguration?

    /// Bytes of memory that requests are gathered in before a member is asked; `nil`: they are not.
    ///
    /// Members of FastCGI take no content without a length, so that such requests are gathered where nothing else is
    /// said.
    ///
    /// - Parameter buffering: what is said of what waits.
    public func gatheredBytesMax(_ buffering: BufferingConfiguration?) -> Int? {
        buffering?.requestBytesMax ?? (fastCGI == nil ? nil : BufferingConfiguration.lengthlessBytesMax)
    }

    /// Milliseconds for which a session lives without a request, where sessions are counted.
    public var sessionIdleMilliseconds = 1_800_000

    /// Whether a session whose member cannot be used goes to its buddy, and not to whom the method elects.
    public var failsOverToBuddy = false
    /// The name of the request field that tells a member whom its session would go to; `nil`: it is not told.
    public var buddyField: String?
    /// How many sessions of a member that has failed may move in a second; `nil`: all at once.
    public var failoverRate: Int?
    /// Whether a session that was learned returns to its member when that can be used again.
    public var returnsAfterRecovery = false

    /// When members are ejected that err or are slow, unlike the others; `nil`: never.
    public var ejection: EjectionRules?
    /// Milliseconds in which a member that was down comes to its share of new sessions; `nil`: at once.
    public var slowStartMilliseconds: Int?
    /// What becomes of requests where no member may be given one.
    public var allDown = AllDownRule()
    /// The share of members that can be used, in per cent, below which they are not heeded either; `nil`: none.
    public var panicPercent: Int?

    /// What is made of members' health.
    public var healthRules: HealthRules {
        HealthRules(
            panicPercent: panicPercent ?? 0, servesAnyway: allDown.servesAnyway,
            slowStartMilliseconds: Int64(slowStartMilliseconds ?? 0), ejection: ejection)
    }

    /// The index of the member that a route leads to while all can be used: the first one that has it, and that is no
    /// standby if there is such a one; `nil`: nobody has it.
    public func member(ofRoute route: String) -> Int? {
        members.firstIndex { $0.route == route && !$0.status.contains(.hotStandby) }
            ?? members.firstIndex { $0.route == route }
    }

    /// The members' routes by their indices, to be looked up: empty where a route leads to another member.
    public var leadingRoutes: [String] {
        var leaders: [String: Int] = [:]
        for member in members where leaders[member.route] == nil {
            leaders[member.route] = self.member(ofRoute: member.route)
        }
        return members.enumerated().map { index, member in leaders[member.route] == index ? member.route : "" }
    }

    /// Members of a balancer at most: those that the set of members tried has bits for.
    public static let membersMax = Balancing.Limits.membersMax

    /// Makes a balancer; what is left out has its default.
    public init(name: String, affinity: AffinityConfiguration? = nil, members: [MemberConfiguration]) {
        self.name = name
        self.affinity = affinity
        self.members = members
    }

    /// The members as they are declared.
    var declaredMembers: DeclaredMembers {
        get { DeclaredMembers(path: membersPath, members: members) }
        set { (membersPath, members) = (newValue.path, newValue.members) }
    }

    /// After which answers an idempotent request is given to another member.
    struct RetryReasons: Sendable, Equatable {
        var statuses: [Int]
        var timeout: Bool
    }

    var retryReasons: RetryReasons {
        get { RetryReasons(statuses: retryOnStatus, timeout: retryOnTimeout) }
        set { (retryOnStatus, retryOnTimeout) = (newValue.statuses, newValue.timeout) }
    }

    /// The keys of what stands behind a name under `balancers`.
    public static let schema = Schema<BalancerConfiguration>(
        "A named group of members.", of: BalancerConfiguration(name: "", members: []), others: .balancer,
        [
            Field(
                "method", \.method, .choice(others: .methods), "how a member is elected where no session decides"),
            Field(
                "affinity", \.affinity, .affinity, "how sessions stay with their member"),
            Field(
                "session-idle", \.sessionIdleMilliseconds, .milliseconds(1_000...2_592_000_000),
                "how long a session lives without a request; older ones are not counted"),
            Field(
                "failover", \.failsOverToBuddy, .either("elected", "buddy"),
                "where a session goes whose member cannot be used: to whom the method elects, or to its buddy, the "
                    + "same on every node"),
            Field(
                "recovery", \.returnsAfterRecovery, .either("stay", "return"),
                "mode learn: whether a session stays where it was moved to, or returns when its member can be used"),
            Field(
                "buddy-field", \.buddyField, .text(.ownField(example: "X-Buddy")),
                "a request field that tells the member the route of the session's buddy"),
            Field(
                "failover-rate", \.failoverRate, .count(1...1_000_000),
                "how many sessions of a member that has failed may move in a second; the others get 503 with "
                    + "Retry-After"),
            Field(
                "members", \.declaredMembers, .members,
                "the backends; the declared name is the route; file: alone names a file of them, which is watched",
                isRequired: true),
            Field(
                "max-attempts", \.maxAttempts, .count(1...100),
                "members that a request is given to at most, the first one counted; each once unless set"),
            Field(
                "timeout", \.timeoutMilliseconds, .milliseconds(0...86_400_000),
                "how long a request waits for a member that can take it; if left out, for busy ones as long as their "
                    + "acquire"),
            Field(
                "queue", \.queueMax, .count(0...1_000_000),
                "how many requests wait for a member at most; the others get 503 with Retry-After. Any number unless "
                    + "set"),
            Field(
                "no-failover", \.noFailover, .boolean(),
                "refuse a session whose member cannot answer (503) in place of giving it to another member"),
            Field(
                "force-recovery", \.forceRecovery, .boolean(),
                "try all members again at once when all are in error, and who is in error before a request is refused"),
            Field(
                "facts", \.tellsFacts, .boolean(),
                "tell members in X-Balancer-* fields what was decided: mod_proxy_balancer's BALANCER_* variables"),
            Field(
                "heartbeat-field", \.heartbeatField, .text(.ownField(example: "X-Heartbeat")),
                "method heartbeat: the answer field in which members say how they are, as v=1&ready=75&busy=3"
            ).needs(
                "method", "only the method heartbeat looks at it", cure: "take it away, or set method: heartbeat"
            ) { $0.method == .heartbeat },
            Field(
                "fail-on-status", \.failOnStatus, .list(.count(400...599)),
                "statuses of answers that put their member in error; the answers pass"),
            Field(
                "fail-on-timeout", \.failOnTimeout, .boolean(),
                "put a member in error that does not answer in time; includes retry-on: [timeout]"),
            Field(
                "retry-on", \.retryReasons, .retryReasons,
                "statuses of answers after which an idempotent request is given to another member, and timeout: when "
                    + "none comes in time"),
            Field(
                "refused-by", \.refusalField, .text(.ownField(example: "X-Not-Processed")),
                "the answer field by which a member says with 503 that it has not begun the request, which another "
                    + "member is given then, whatever the method; none unless set"),
            Field(
                "eject", \.ejection, .shorthand("time", EjectionRules.schema),
                "leave out for a while who errs or is slow, unlike the other members; nobody unless set"),
            Field(
                "slow-start", \.slowStartMilliseconds, .milliseconds(1_000...3_600_000),
                "in which time a member that was down comes to its share of new sessions; at once unless set"),
            Field(
                "all-down", \.allDown, .shorthand("rule", AllDownRule.schema),
                "what becomes of requests where no member may be given one"),
            Field(
                "panic", \.panicPercent, .count(1...100),
                "the share of members that can be used, in per cent, below which checks and ejections are not heeded; "
                    + "off unless set"),
            Field(
                "retry-budget", \.retryShare, .text(.retryShare),
                "how many requests are sent anew in a second at most, of those that come, but ten of each worker"),
            Field(
                "inflate-requests", \.inflatesRequests, .boolean(),
                "inflate requests' gzip content before members get it; limits.request-expansion bounds it"),
            Field(
                "fastcgi", \.fastCGI, .shorthand("root", FastCGIConfiguration.schema),
                "how requests become calls of scripts; needed where a member speaks FastCGI"),
            Field(
                "buffering", \.buffering, .shorthand("answers", BufferingConfiguration.schema),
                "what waits here for slow clients, so that members do not"),
            Field(
                "check", \.check, .shorthand("use", CheckConfiguration.schema),
                "how its members are asked, beside requests, whether they are well"),
            Field(
                "agent", \.agent, .shorthand("port", AgentConfiguration.schema),
                "programs beside its members that say how much these may have, as HAProxy's agents do"),
        ])
}

extension Codec where Value == BalancerConfiguration.RetryReasons {
    /// A list of statuses, and perhaps a word for the end of waiting.
    static var retryReasons: Codec {
        let word = "timeout"
        return Codec(
            shape: { _ in .list(.quantity(Setting(.count, 400...599), or: word), countMin: 1) },
            write: { reasons, _ in
                .list(reasons.statuses.map { .number($0, .count) } + (reasons.timeout ? [.text(word)] : []))
            },
            read: { datum in
                guard case .list(let data) = datum else { return nil }
                let statuses = data.compactMap { if case .number(let status, _) = $0 { status } else { nil } }
                return .init(statuses: statuses, timeout: data.contains(.text(word)))
            })
    }
}
