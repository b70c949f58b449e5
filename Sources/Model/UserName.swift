/// A user of the system as it is declared: a name or a number, and with a colon a group.
public struct UserName: Sendable, Hashable, LosslessStringConvertible {
    /// The user's name, or number.
    public let user: String
    /// The group's name, or number; `nil`: the user's own.
    public let group: String?

    /// Makes a name of its parts.
    public init(user: String, group: String? = nil) {
        self.user = user
        self.group = group
    }

    /// Reads a name in the form of ``description``.
    public init?(_ description: String) {
        let parts = description.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
        guard (1...2).contains(parts.count), !parts.contains("") else { return nil }
        self.init(user: parts[0], group: parts.count == 2 ? parts[1] : nil)
    }

    /// As it is written in a configuration: `martlet` or `martlet:adm`.
    public var description: String { group.map { "\(user):\($0)" } ?? user }
}
