/// How a member is elected where no session decides; what mod_proxy_balancer has, has its name.
public enum Method: String, Sendable, CaseIterable {
    /// By the number of requests, each member its factor's share.
    case byrequests
    /// By the bytes that have passed, each member its factor's share.
    case bytraffic
    /// By the exchanges under way, the fewest first.
    case bybusyness
    /// By the exchanges under way for the factor, the fewest first.
    case leastConnections = "least-connections"
    /// By latency and exchanges under way for the factor, the better one of two that are drawn at random.
    case twoChoices = "two-choices"

    /// By the live sessions for the factor, the fewest first; they have to be counted.
    case bysessions

    /// Whether members' latency is to be observed.
    public var asksForLatency: Bool { self == .twoChoices }
}
