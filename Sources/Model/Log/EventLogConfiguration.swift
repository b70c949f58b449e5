/// How events are told: starts, reloads, members in error, clients refused.
public struct EventLogConfiguration: Sendable, Equatable {
    /// How a line looks.
    public enum Format: String, Sendable, CaseIterable {
        /// Time, level and words.
        case text
        /// A JSON object of the same three.
        case json
    }

    /// How much an event matters, from what matters least.
    public enum Level: String, Sendable, CaseIterable {
        case info, warning, error
    }

    /// How a line looks.
    public var format = Format.text
    /// What matters less is not said.
    public var level = Level.info
    /// A syslog that they go to; `nil`: to standard error.
    public var syslog: SyslogConfiguration?

    /// All of them, as text.
    public init() {}

    /// The keys of `log.events`.
    public static let schema = Schema<EventLogConfiguration>(
        "How events are told.", of: EventLogConfiguration(), others: .eventLog,
        [
            Field("format", \.format, .choice(), "how a line looks"),
            Field("level", \.level, .choice(others: .levels), "what matters less is not said"),
            Field(
                "syslog", \.syslog, .shorthand("to", SyslogConfiguration.schema),
                "a syslog, in place of standard error, which is told what it does not take"),
        ])
}
