import Limiting

/// Whom a list of access names: a piece of `allow` or `deny`.
public enum AccessEntry: Sendable, Hashable {
    /// Everybody.
    case all
    /// Nobody: a list that takes the place of an outer one and names nobody.
    case nobody
    /// The clients of UNIX-domain listeners, who have no address.
    case unix
    /// Those addresses.
    case range(AddressRange)
    /// The addresses in a file, one address or range a line.
    case file(path: String)
}

extension AccessEntry: LosslessStringConvertible {
    private static let filePrefix = "file:"

    /// Reads a piece in the form of ``description``.
    public init?(_ description: String) {
        switch description {
        case "all": self = .all
        case "none": self = .nobody
        case "unix": self = .unix
        default:
            if description.hasPrefix(Self.filePrefix) {
                self = .file(path: String(description.dropFirst(Self.filePrefix.utf8.count)))
            } else {
                guard let range = AddressRange(description) else { return nil }
                self = .range(range)
            }
        }
    }

    /// As it is written in a configuration.
    public var description: String {
        switch self {
        case .all: "all"
        case .nobody: "none"
        case .unix: "unix"
        case .range(let range): range.description
        case .file(let path): Self.filePrefix + path
        }
    }
}
