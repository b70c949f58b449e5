/// How much is taken at a site or a path, and how long is waited there, where not as everywhere.
public struct Bounds: Sendable, Hashable {
    /// Bytes of a request's content; `Int.max`: any.
    public var requestBodyBytesMax: Int?
    /// Milliseconds for an answer's head; also where a member has its own.
    public var answer: Int?
    /// Milliseconds for the next byte of a request's or an answer's content; also where a member has its own.
    public var body: Int?
    /// Milliseconds for the next byte of a tunnel.
    public var tunnel: Int?

    /// As everywhere.
    public init() {}

    /// The bounds of a level within another one.
    public func inheriting(_ outer: Bounds) -> Bounds {
        var bounds = self
        bounds.requestBodyBytesMax = requestBodyBytesMax ?? outer.requestBodyBytesMax
        bounds.answer = answer ?? outer.answer
        bounds.body = body ?? outer.body
        bounds.tunnel = tunnel ?? outer.tunnel
        return bounds
    }
}

extension RulesConfiguration {
    /// The keys as those of a site or a path.
    static func innerFields<Level: Sendable>(
        of path: any WritableKeyPath<Level, RulesConfiguration> & Sendable
    ) -> [Field<Level>] {
        schema.fields(of: path) + boundsSchema.fields(of: path)
    }

    /// The keys of a site and a path that stand at the top among others.
    private static let boundsSchema = Schema<RulesConfiguration>(
        "How much is taken, and how long is waited.", of: RulesConfiguration(),
        [
            Field("limits", limitsSchema, "how much to take here before refusing"),
            Field("timeouts", timeoutsSchema, "how long to wait here for what"),
        ])

    private static let limitsSchema = Schema<RulesConfiguration>(
        "How much to take here before refusing.", of: RulesConfiguration(), others: .placeLimits,
        [
            Field(
                "request-body", \.bounds.requestBodyBytesMax, .bytesOrAny(0...1 << 40),
                "a request's content (413); off for any"),
            Field(
                "exchanges-per-address", \.exchangesPerAddress, .count(1...1_000_000),
                "exchanges that an address, of IPv6 a /64, may have under way, WebSockets included (429)"),
        ])

    private static let timeoutsSchema = Schema<RulesConfiguration>(
        "How long to wait here for what.", of: RulesConfiguration(), others: .placeTimeouts,
        [
            Field(
                "answer", \.bounds.answer, .milliseconds(Timeouts.answers),
                "for an answer's head to end (504), also of members with a timeout of their own"),
            Field(
                "body", \.bounds.body, .milliseconds(Timeouts.answers),
                "between two bytes of a request's or an answer's content"),
            Field(
                "tunnel", \.bounds.tunnel, .milliseconds(Timeouts.answers),
                "for the next byte of a WebSocket's tunnel, in either direction"),
        ])
}
