/// How long the edge waits for what, in milliseconds.
public struct Timeouts: Sendable, Equatable {
    /// For a TLS handshake to end, from the accept.
    public var handshake: Int
    /// For a request's head to end, from its first byte; 408 after that.
    public var head: Int
    /// For the next byte of a request's or an answer's content.
    public var body: Int
    /// For the next request on a client's idle connection; it is closed after that.
    public var keepalive: Int
    /// For a member to accept a connection; 504 after that.
    public var connect: Int
    /// For an answer's head to end, from the end of the request; 504 after that.
    public var answer: Int
    /// For the next byte of a tunnel, in either direction; its two sides are told that it ends after that.
    public var tunnel: Int
    /// For what is under way when the process is asked to end; what is left is cut after that.
    public var drain: Int

    /// Makes the default timeouts.
    public init() {
        handshake = Settings.handshake.value
        head = Settings.head.value
        body = Settings.body.value
        keepalive = Settings.keepalive.value
        connect = Settings.connect.value
        answer = Settings.answer.value
        tunnel = Settings.tunnel.value
        drain = Settings.drain.value
    }

    /// The keys of `timeouts`.
    ///
    /// The least is what the timing wheel can tell apart; the most is a day, because
    /// a longer wait is a leak.
    public enum Settings {
        private static let day = 86_400_000

        /// `timeouts.handshake`.
        public static let handshake = Setting(
            "handshake", .milliseconds, 10...300_000, standard: 10_000, "for a TLS handshake to end")
        /// `timeouts.head`.
        public static let head = Setting(
            "head", .milliseconds, 10...300_000, standard: 10_000,
            "for a request's head to end, counted from its first byte (408)")
        /// `timeouts.body`.
        public static let body = Setting(
            "body", .milliseconds, 10...day, standard: 30_000, "between two bytes of a request's or an answer's content"
        )
        /// `timeouts.keepalive`.
        public static let keepalive = Setting(
            "keepalive", .milliseconds, 10...day, standard: 60_000, "for the next request on a client's idle connection"
        )
        /// `timeouts.connect`.
        public static let connect = Setting(
            "connect", .milliseconds, 10...300_000, standard: 5_000, "for a member to accept a connection (504)")
        /// `timeouts.answer`.
        public static let answer = Setting(
            "answer", .milliseconds, 10...day, standard: 60_000,
            "for an answer's head to end, counted from the end of the request (504)")
        /// `timeouts.tunnel`.
        public static let tunnel = Setting(
            "tunnel", .milliseconds, 10...day, standard: 3_600_000,
            "for the next byte of a WebSocket's tunnel, in either direction; it is then closed with 1001")
        /// `timeouts.drain`.
        public static let drain = Setting(
            "drain", .milliseconds, 0...day, standard: 30_000,
            "for exchanges under way when the process is asked to end; what is left is then cut")
    }
}
