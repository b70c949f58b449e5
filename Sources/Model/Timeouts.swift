/// How long the edge waits for what, in milliseconds.
public struct Timeouts: Sendable, Equatable {
    /// For a TLS handshake to end, from the accept.
    public var handshake = 10_000
    /// For a request's head to end, from its first byte; 408 after that.
    public var head = 10_000
    /// For the next byte of a request's or an answer's content.
    public var body = 30_000
    /// Over which the rates of content are measured, as long as it is the client's turn.
    public var pace = 30_000
    /// For the next request on a client's idle connection; it is closed after that.
    public var keepalive = 60_000
    /// For a member to accept a connection; 504 after that.
    public var connect = 5_000
    /// For an answer's head to end, from the end of the request; 504 after that.
    public var answer = 60_000
    /// For the next byte of a tunnel, in either direction; its two sides are told that it ends after that.
    public var tunnel = 3_600_000
    /// For what is under way when the process is asked to end; what is left is cut after that.
    public var drain = 30_000
    /// For those who balance in front to see that the node leaves, before its listeners close.
    public var drainDelay = 0

    /// Makes the default timeouts.
    public init() {}

    /// The keys of `timeouts`.
    ///
    /// The least is what the timing wheel can tell apart; the most is a day, because
    /// a longer wait is a leak.
    public static let schema = Schema<Timeouts>(
        "How long to wait for what.", of: Timeouts(), others: .timeouts,
        [
            Field("handshake", \.handshake, .milliseconds(10...300_000), "for a TLS handshake to end"),
            Field(
                "head", \.head, .milliseconds(10...300_000),
                "for a request's head to end, counted from its first byte (408)"),
            Field(
                "body", \.body, .milliseconds(10...day), "between two bytes of a request's or an answer's content"),
            Field(
                "pace", \.pace, .milliseconds(10...day),
                "over how long limits.request-body-rate and answer-body-rate are measured"),
            Field(
                "keepalive", \.keepalive, .milliseconds(10...day),
                "for the next request on a client's idle connection"),
            Field("connect", \.connect, .milliseconds(connects), "for a member to accept a connection (504)"),
            Field(
                "answer", \.answer, .milliseconds(answers),
                "for an answer's head to end, counted from the end of the request (504)"),
            Field(
                "tunnel", \.tunnel, .milliseconds(10...day),
                "for the next byte of a WebSocket's tunnel, in either direction; it is then closed with 1001"),
            Field(
                "drain", \.drain, .milliseconds(0...day),
                "for exchanges under way when the process is asked to end; what is left is then cut"),
            Field(
                "drain-delay", \.drainDelay, .milliseconds(0...300_000),
                "between the order to end, at which /readyz answers 503, and the listeners' closing; drain comes after "
                    + "it"),
        ])

    private static let day = 86_400_000
    /// What `connect` may be, here and of a member.
    static let connects = 10...300_000
    /// What `answer` may be, here and of a member.
    static let answers = 10...day
}
