/// The fields of the access log's lines, in the order of the JSON form. All forms, the field `X-Martlet-Route` and the
/// documentation come from this list; what a field's value is stands in Forwarding's `AccessLogLine`.
public enum LogField: UInt8, CaseIterable, Sendable {
    case time, client, clientPort, peer, method, host, target, version, status
    case answeredBy, reason, limit, rule
    case balancer, member, memberAddress, routeSource, routeAsked, routeChanged, routeReason
    case affinity, attempts, tries, replays, waited, connect
    case requestBytes, requestSize, answerBytes, sentBytes, answerSize, coding, firstByte, total
    case tls, cipher, serverName, resumed, alpn, userAgent, referer
    case user
    case requestID
    case buffered

    /// What is known of a field.
    public struct Entry: Sendable {
        /// Its name in a JSON line; it never changes.
        public let name: StaticString
        /// What it says.
        public let words: String
        /// Whether its value is a number or a truth value, which JSON writes without quotes.
        public let isBare: Bool

        init(_ name: StaticString, isBare: Bool = false, _ words: String) {
            self.name = name
            self.words = words
            self.isBare = isBare
        }
    }

    /// What is known of it.
    public var entry: Entry {
        switch self {
        case .time: Entry("time", "when the exchange ended, in UTC")
        case .client:
            Entry(
                "client",
                "the client's address; behind `trusted-proxies` the last one that they name and that is not theirs")
        case .clientPort:
            Entry(
                "client_port", isBare: true,
                "the client's port; 0 where a proxy has named the client, and over a UNIX-domain socket")
        case .peer: Entry("peer", "the connection's address, where it is another one than `client`")
        case .method: Entry("method", "the request's method")
        case .host: Entry("host", "the host that was asked for")
        case .target:
            Entry(
                "target",
                "path and query, as the client wrote them; of this and of each other field of a request the first "
                    + "1,024 bytes")
        case .version: Entry("protocol", "what the client spoke: `HTTP/1.0`, `HTTP/1.1` or `HTTP/2.0`")
        case .status: Entry("status", isBare: true, "the status that the client got; 0 where it got none")
        case .answeredBy: Entry("answered_by", "`member` or `martlet`; empty where the client left before")
        case .reason: Entry("reason", "the code of the outcome, where the member's answer did not go out whole")
        case .limit: Entry("limit", isBare: true, "the value of the limit behind `reason`; else 0")
        case .rule: Entry("rule", "the path and the key of the rule that has decided; empty where none has")
        case .balancer: Entry("balancer", "the balancer that answers for the path")
        case .member: Entry("member", "the member that was chosen last")
        case .memberAddress:
            Entry("member_address", "the address at which that member had the request; empty where none had it")
        case .routeSource:
            Entry("route_source", "where the route was found: `path`, `query` or `cookie`; `key` where one is hashed")
        case .routeAsked: Entry("route_asked", "the route that the request asked for")
        case .routeChanged: Entry("route_changed", isBare: true, "whether another member was given than that one")
        case .routeReason: Entry("route_reason", "why it was this member")
        case .affinity: Entry("affinity", "what was done about the session's cookie in the answer")
        case .attempts: Entry("attempts", isBare: true, "how many times a member was chosen")
        case .tries:
            Entry(
                "tries",
                "those members, at most 8, in their order: `node1:connect-timeout:3000120,node2:answered:1200` are "
                    + "names, what became of it, and microseconds")
        case .replays: Entry("replays", isBare: true, "how many times the request was sent anew to the same member")
        case .waited:
            Entry(
                "waited_us", isBare: true,
                "microseconds for which it waited until a member could take it, or before it was sent anew")
        case .connect:
            Entry(
                "connect_us", isBare: true,
                "microseconds until the connection to that member was there; 0: it was kept from before")
        case .requestBytes: Entry("request_bytes", isBare: true, "bytes of content from the client")
        case .requestSize:
            Entry(
                "request_size", isBare: true,
                "bytes of the request as it came: head, framing and content, without TLS; of HTTP/2, fields as text "
                    + "and no frames")
        case .answerBytes: Entry("answer_bytes", isBare: true, "bytes of content from the member")
        case .sentBytes:
            Entry(
                "sent_bytes", isBare: true,
                "bytes of content to the client as they were coded, also of Martlet's own answers")
        case .answerSize:
            Entry(
                "answer_size", isBare: true, "bytes of the answer as it went out, likewise, and of heads before it")
        case .coding: Entry("coding", "whether the answer was compressed, or why not")
        case .firstByte:
            Entry("first_byte_us", isBare: true, "microseconds from the request's head to the answer's; 0 without one")
        case .total: Entry("total_us", isBare: true, "microseconds from the request's head to the end")
        case .tls: Entry("tls", "the version of TLS; empty in cleartext")
        case .cipher: Entry("cipher", "the cipher suite")
        case .serverName: Entry("server_name", "the name that the client has asked for in its handshake (SNI)")
        case .resumed: Entry("resumed", isBare: true, "whether the TLS session was resumed")
        case .alpn: Entry("alpn", "the protocol that was chosen in the handshake: `h2` or `http/1.1`")
        case .userAgent: Entry("user_agent", "the request's `User-Agent`")
        case .referer: Entry("referer", "the request's `Referer`")
        case .user: Entry("user", "the name of the user, where `users` are asked for and it was proven")
        case .requestID: Entry("request_id", "the request's name, where rules give it one; else empty")
        case .buffered:
            Entry(
                "buffered",
                "what waited here so that its member need not: `answer`, `request`, `both`; `through`: the request was "
                    + "more than may wait")
        }
    }

    /// Those of Apache's combined form, which writes them without names.
    public static let common: [LogField] = [
        .client, .user, .time, .method, .target, .version, .status, .sentBytes, .referer, .userAgent,
    ]

    /// Those that stand behind Apache's as `key=value`.
    public static let pairs: [LogField] =
        [.host, .peer, .answeredBy] + decision + [
            .affinity, .attempts, .waited, .reason, .limit, .rule, .answerBytes, .coding, .firstByte, .total, .tls,
            .cipher, .requestID, .buffered, .clientPort, .memberAddress, .tries, .connect, .requestSize, .answerSize,
            .serverName, .resumed, .alpn,
        ]

    /// Those that say why a request got its member, as pairs.
    public static let decision: [LogField] = [.balancer, .member, .routeSource, .routeAsked, .routeReason]

    /// Its name in a pair.
    public var key: String { self == .routeAsked ? "route" : "\(entry.name)" }

    /// Whether a pair's value is quoted, as a client may have written it and it must not look like a key.
    public var isQuoted: Bool { self == .host || self == .routeAsked || self == .rule || self == .serverName }

    /// The field of a name.
    public init?(name: String) {
        guard let field = Self.allCases.first(where: { "\($0.entry.name)" == name }) else { return nil }
        self = field
    }
}
