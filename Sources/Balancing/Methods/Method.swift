/// How a member is elected where no session decides; what mod_proxy_balancer has, has its name.
public enum Method: String, Sendable, CaseIterable {
    /// By the number of requests, each member its factor's share.
    case byrequests
    /// By the bytes that have passed, each member its factor's share.
    case bytraffic
    /// By the exchanges under way, the fewest first.
    case bybusyness
    /// By the ready places that members speak of, at random.
    case heartbeat
    /// By the exchanges under way for the factor, the fewest first.
    case leastConnections = "least-connections"
    /// By latency and exchanges under way for the factor, the better one of two that are drawn at random.
    case twoChoices = "two-choices"
    /// By the live sessions for the factor, the fewest first; they have to be counted.
    case bysessions
    /// By the place of the request's key on a ring; by the number of requests where it has none.
    case consistentHash = "consistent-hash"

    /// Whether members' latency is to be observed.
    public var asksForLatency: Bool { self == .twoChoices }
}
