/// A program beside a member that says how much the member may have, as HAProxy's agents do.
public struct AgentConfiguration: Sendable, Hashable {
    /// Where it waits.
    public var port: Int
    /// The address, in digits or as `unix:` and a path; `nil`: the member's.
    public var address: String?
    /// What is sent to it first; `nil`: nothing.
    public var greeting: String?
    /// Milliseconds between two questions.
    public var intervalMilliseconds = 5_000
    /// Milliseconds for a whole one.
    public var timeoutMilliseconds = 2_000

    /// Makes one that waits at a port.
    public init(port: Int) {
        self.port = port
    }

    /// The keys of `agent`.
    public static let schema = Schema<AgentConfiguration>(
        "A program beside a member that says how much the member may have.", of: AgentConfiguration(port: 1),
        others: .agent,
        [
            Field("port", \.port, .count(1...65_535), "the port at which it waits", isRequired: true),
            Field("address", \.address, .text(.checkAddress), "the address, in digits or as unix:/PATH; the member's"),
            Field("send", \.greeting, .text(.content), "what is sent to it first, such as \"shop/node1\\n\""),
            Field("interval", \.intervalMilliseconds, .milliseconds(100...86_400_000), "between two questions"),
            Field("timeout", \.timeoutMilliseconds, .milliseconds(10...600_000), "for a whole one"),
        ])
}
