/// How a line of the access log looks.
public enum LogFormat: Sendable, Hashable {
    /// A JSON object with all fields.
    case json
    /// Apache's combined format, with further fields behind it.
    case combined
    /// What the user wants.
    case line(LogLine)

    /// The words for those that have one.
    public static let words = ["json", "combined"]
}

extension LogFormat: LosslessStringConvertible {
    /// Reads a word, or a line.
    public init?(_ description: String) {
        switch description {
        case "json": self = .json
        case "combined": self = .combined
        default:
            guard let line = try? LogLine(description) else { return nil }
            self = .line(line)
        }
    }

    /// As it is written in a configuration.
    public var description: String {
        switch self {
        case .json: "json"
        case .combined: "combined"
        case .line(let line): line.text
        }
    }
}
