/// Where and how exchanges are written down.
public struct AccessLogConfiguration: Sendable, Equatable {
    /// How a line of the access log looks.
    public enum Format: String, Sendable, CaseIterable {
        /// A JSON object.
        case json
        /// Apache's combined format.
        case combined
    }

    /// Where the lines go.
    public enum Destination: Sendable, Equatable {
        /// To standard output, written `-`.
        case standardOutput
        /// To the end of a file, whose path is as it is to be opened.
        case file(path: String)
    }

    /// How a line looks.
    public var format: Format
    /// Where it goes.
    public var destination: Destination

    /// Makes an access log.
    public init(format: Format = .json, destination: Destination = .standardOutput) {
        self.format = format
        self.destination = destination
    }

    /// The keys of `log.access`.
    public static let schema = Schema<AccessLogConfiguration>(
        "A line for each exchange.", of: AccessLogConfiguration(), others: .accessLog,
        alone: "path",
        [
            Field("format", \.format, .choice(), "how a line looks"),
            Field(
                "path", \.destination, .text(.logFile),
                "a file that is appended to; - is standard output"),
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
