/// How a member is elected where no session decides, by mod_proxy_balancer's names.
public enum Method: String, Sendable, CaseIterable {
    /// By the number of requests, each member its factor's share.
    case byrequests
    /// By the bytes that have passed, each member its factor's share.
    case bytraffic
    /// By the exchanges under way, the fewest first.
    case bybusyness
}
