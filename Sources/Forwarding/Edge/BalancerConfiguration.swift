import Balancing

/// A named group of members and how one of them is chosen.
public struct BalancerConfiguration: Sendable, Equatable {
    /// The declared name, `[A-Za-z0-9_.-]+`.
    public var name: String
    /// How a member is elected where no session decides.
    public var method: Balancing.Method
    /// How sessions stay with their member; `nil`: they do not.
    public var affinity: AffinityConfiguration?
    /// `1 ... membersMax`, of different names, in the order of their declaration. Those of one route answer for one
    /// another.
    public var members: [MemberConfiguration]
    /// Members that a request is given to at most, the first one counted; `nil`: each once.
    public var maxAttempts: Int?
    /// Whether a session whose member cannot answer is refused (503) and not given to another member.
    public var noFailover: Bool
    /// Whether all members are tried again at once when all are in error.
    public var forceRecovery: Bool
    /// The statuses of answers, `400 ... 599`, that put their member in error.
    public var failOnStatus: [Int]
    /// Whether a member that does not answer in time is put in error.
    public var failOnTimeout: Bool
    /// The statuses of answers, `400 ... 599`, after which an idempotent request is given to another member.
    public var retryOnStatus: [Int]
    /// Whether it is given to another one when its answer does not begin in time; so it is under ``failOnTimeout``.
    public var retryOnTimeout: Bool
    /// Milliseconds that a request waits for a member that can take it; `nil`: while members are busy as long as their
    /// `acquire` says, and not while they are in error.
    public var timeoutMilliseconds: Int?
    /// Whether members are told in `X-Balancer-…` fields what was decided.
    public var tellsFacts: Bool
    /// The name of the answer field, in lower case, in which members say how they are (``Method/heartbeat``); `nil`:
    /// they do not.
    public var heartbeatField: String?
    /// Whether requests' gzip content is inflated before members get it.
    public var inflatesRequests: Bool

    /// Milliseconds for which a session lives without a request, where sessions are counted.
    public var sessionIdleMilliseconds: Int

    /// Whether a session whose member cannot be used goes to its buddy, and not to whom the method elects.
    public var failsOverToBuddy: Bool
    /// The name of the request field that tells a member whom its session would go to; `nil`: it is not told.
    public var buddyField: String?
    /// How many sessions of a member that has failed may move in a second; `nil`: all at once.
    public var failoverRate: Int?
    /// Whether a session that was learned returns to its member when that can be used again.
    public var returnsAfterRecovery: Bool

    /// The index of the member that a route leads to while all can be used: the first one that has it, and that is no
    /// standby if there is such a one; `nil`: nobody has it.
    func member(ofRoute route: String) -> Int? {
        members.firstIndex { $0.route == route && !$0.status.contains(.hotStandby) }
            ?? members.firstIndex { $0.route == route }
    }

    /// The members' routes by their indices, to be looked up: empty where a route leads to another member.
    var leadingRoutes: [String] {
        var leaders: [String: Int] = [:]
        for member in members where leaders[member.route] == nil {
            leaders[member.route] = self.member(ofRoute: member.route)
        }
        return members.enumerated().map { index, member in leaders[member.route] == index ? member.route : "" }
    }

    /// Members of a balancer at most: those that the set of members tried has bits for.
    public static let membersMax = Balancing.Limits.membersMax
    /// `max-attempts`.
    public static let maxAttemptsSetting = Setting(
        "max-attempts", .count, 1...100, standard: nil,
        "members that a request is given to at most, the first one counted; each once unless set")
    /// `session-idle`.
    public static let sessionIdleSetting = Setting(
        "session-idle", .milliseconds, 1_000...2_592_000_000, standard: 1_800_000,
        "how long a session lives without a request; older ones are not counted")
    /// `failover-rate`.
    public static let failoverRateSetting = Setting(
        "failover-rate", .count, 1...1_000_000, standard: nil,
        "how many sessions of a member that has failed may move in a second; the others get 503 with Retry-After")
    /// A piece of `fail-on-status`.
    public static let failOnStatusSetting = Setting(
        "fail-on-status", .count, 400...599, standard: nil, "a status that puts the member in error which answers it")
    /// A piece of `retry-on`.
    public static let retryOnSetting = Setting(
        "retry-on", .count, 400...599, standard: nil,
        "a status after which an idempotent request is given to another member")
    /// The piece of `retry-on` that is no status.
    public static let retryOnTimeoutWord = "timeout"

    /// `timeout`.
    public static let timeoutSetting = Setting(
        "timeout", .milliseconds, 0...86_400_000, standard: nil,
        "how long a request waits for a member that can take it; if left out, for busy ones as long as their acquire")

    /// Makes a balancer.
    public init(
        name: String, method: Balancing.Method = .byrequests, affinity: AffinityConfiguration? = nil,
        members: [MemberConfiguration], maxAttempts: Int? = nil, noFailover: Bool = false, forceRecovery: Bool = true,
        failOnStatus: [Int] = [], failOnTimeout: Bool = false, retryOnStatus: [Int] = [],
        retryOnTimeout: Bool = false, timeoutMilliseconds: Int? = nil,
        tellsFacts: Bool = false, heartbeatField: String? = nil, inflatesRequests: Bool = false,
        sessionIdleMilliseconds: Int = BalancerConfiguration.sessionIdleSetting.value,
        failsOverToBuddy: Bool = false, buddyField: String? = nil, failoverRate: Int? = nil,
        returnsAfterRecovery: Bool = false
    ) {
        self.name = name
        self.method = method
        self.affinity = affinity
        self.members = members
        self.maxAttempts = maxAttempts
        self.noFailover = noFailover
        self.forceRecovery = forceRecovery
        self.failOnStatus = failOnStatus
        self.failOnTimeout = failOnTimeout
        self.retryOnStatus = retryOnStatus
        self.retryOnTimeout = retryOnTimeout
        self.timeoutMilliseconds = timeoutMilliseconds
        self.tellsFacts = tellsFacts
        self.heartbeatField = heartbeatField
        self.inflatesRequests = inflatesRequests
        self.sessionIdleMilliseconds = sessionIdleMilliseconds
        self.failsOverToBuddy = failsOverToBuddy
        self.buddyField = buddyField
        self.failoverRate = failoverRate
        self.returnsAfterRecovery = returnsAfterRecovery
    }
}
