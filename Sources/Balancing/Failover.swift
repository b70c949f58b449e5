/// What becomes of a session whose member cannot be used.
public struct Failover: Sendable, Equatable {
    /// Whether it goes to its buddy, and not to whom the method elects.
    public var goesToBuddy: Bool
    /// How many sessions of a member that has failed may move in a second; `nil`: all at once.
    public var ratePerSecond: Int?

    /// Makes a policy; what is left out is as mod_proxy_balancer has it.
    public init(goesToBuddy: Bool = false, ratePerSecond: Int? = nil) {
        self.goesToBuddy = goesToBuddy
        self.ratePerSecond = ratePerSecond
    }
}
