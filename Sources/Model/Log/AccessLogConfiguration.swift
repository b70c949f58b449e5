/// Where and how exchanges are written down.
public struct AccessLogConfiguration: Sendable, Equatable {
    /// The file, or standard output.
    public enum Destination: Sendable, Equatable {
        /// To standard output, written `-`.
        case standardOutput
        /// To the end of a file, whose path is as it is to be opened.
        case file(path: String)
    }

    /// How a line looks.
    public var format = LogFormat.json
    /// Where it goes, if ``syslog`` is not there.
    public var destination = Destination.standardOutput
    /// A syslog that it goes to; `nil`: to ``destination``.
    public var syslog: SyslogConfiguration?
    /// How many of the exchanges that have gone well are written down.
    public var share = LogShare.all
    /// Milliseconds from which an exchange is written down whatever ``share`` says; `nil`: none is.
    public var slowMilliseconds: Int?
    /// Parameters of query and path whose values are left out; ``hideAll`` alone: the whole query; empty: none.
    public var hiddenParameters: [String] = []
    /// Fields that are left empty.
    public var hidden: [LogField] = []

    /// The word that hides the whole query.
    public static let hideAll = "hide"

    /// Makes an access log.
    public init(format: LogFormat = .json, destination: Destination = .standardOutput) {
        self.format = format
        self.destination = destination
    }

    /// The keys of `log.access`.
    public static let schema = Schema<AccessLogConfiguration>(
        "A line for each exchange.", of: AccessLogConfiguration(), others: .accessLog,
        alone: "path",
        [
            Field(
                "format", \.format, .text(.logFormat),
                "how a line looks: json, combined, or a line of fields in braces such as \"{client} {status}\""),
            Field(
                "path", \.destination, .text(.logFile),
                "a file that is appended to, and opened anew at SIGUSR1; - is standard output"),
            Field("syslog", \.syslog, .shorthand("to", SyslogConfiguration.schema), "a syslog, in place of path"),
            Field(
                "sample", \.share, .text(.share),
                "how many of the exchanges are written down that went well: answered whole by a member, a redirect, a "
                    + "fixed answer or a file, with a status below 400; of all others, each one is"),
            Field(
                "slow", \.slowMilliseconds, .milliseconds(1...86_400_000),
                "from which time on sample leaves no exchange out"),
            Field(
                "query", \.hiddenParameters, .oneOrMore(.text(.parameter)),
                "parameters, of the path too, whose values are left out of target and referer; hide: the whole query"),
            Field("hide", \.hidden, .list(.text(.logField)), "fields that are left empty"),
        ])
}

extension AccessLogConfiguration.Destination: LosslessStringConvertible {
    /// Reads a path, or `-`.
    public init(_ description: String) {
        self = description == "-" ? .standardOutput : .file(path: description)
    }

    /// As it is written in a configuration.
    public var description: String {
        switch self {
        case .standardOutput: "-"
        case .file(let path): path
        }
    }
}

extension LogField: LosslessStringConvertible {
    /// Reads a name.
    public init?(_ description: String) { self.init(name: description) }

    /// The field's name.
    public var description: String { "\(entry.name)" }
}
