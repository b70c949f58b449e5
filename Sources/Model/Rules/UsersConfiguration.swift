/// Who is let in by name and password (RFC 7617).
public struct UsersConfiguration: Sendable, Hashable {
    /// Where names and hashes of passwords stand.
    public enum Source: Sendable, Hashable {
        /// The path of a file, as it is to be opened.
        case file(String)
        /// Nowhere: everybody is let in, whatever an outer level says.
        case off
    }

    /// Where they stand.
    public var source: Source
    /// What browsers show with the question: 1 to 128 printable characters of ASCII, without `"` and `\`.
    public var realm = "restricted"

    /// - Parameter source: where names and hashes of passwords stand.
    public init(source: Source) {
        self.source = source
    }

    /// The path of the file; `nil`: everybody is let in.
    public var path: String? {
        if case .file(let path) = source { path } else { nil }
    }

    /// The keys of `users`.
    public static let schema = Schema<UsersConfiguration>(
        "Who is let in by name and password.", of: UsersConfiguration(source: .off), others: .users,
        [
            Field(
                "file", \.source, .text(.usersFile),
                "the file of names and hashes that `htpasswd -B` writes; off: everybody is let in", isRequired: true),
            Field("realm", \.realm, .text(.realm), "what browsers show with the question"),
        ])
}

extension UsersConfiguration.Source: LosslessStringConvertible {
    /// Reads a path, or `off`.
    public init(_ description: String) {
        self = description == "off" ? .off : .file(description)
    }

    /// As it is written in a configuration.
    public var description: String {
        switch self {
        case .file(let path): path
        case .off: "off"
        }
    }
}
