import Forwarding
import Model

/// A configuration that can be served.
public struct LoadedConfiguration: Sendable {
    /// The configuration.
    public let edge: EdgeConfiguration
    /// What is served as it stands and is most likely not what was meant, in the order of the places.
    public let warnings: [Diagnostic]
    /// How many identities its certificate folders hold; 0 where certificates were not read.
    public let identityCount: Int
    /// The files that it was read from, the one that includes the others first; none for a command line.
    public let files: [String]
    /// Reads the files of members again; `nil`: there are none.
    public internal(set) var members: MembersReader?
    /// What came from the environment, by the names of the variables.
    let hidden: [String: String]
    /// What files of members held, by their paths.
    let memberBytes: [String: [UInt8]]
    private let places: Places

    /// Describes a configuration.
    init(
        edge: EdgeConfiguration, warnings: [Diagnostic], identityCount: Int, files: [String], hidden: [String: String],
        places: Places, memberBytes: [String: [UInt8]] = [:]
    ) {
        self.edge = edge
        self.warnings = warnings
        self.identityCount = identityCount
        self.files = files
        self.hidden = hidden
        self.places = places
        self.memberBytes = memberBytes
    }

    /// What it serves, in one line: `2 listeners, 1 site, 2 balancers, 3 members, 1 identity`, and of how many files it
    /// was read where there are several.
    public var summary: String {
        let members = edge.balancers.reduce(0) { $0 + $1.members.count }
        return
            ([
                Self.counted(edge.listeners.count, "listener", "listeners"),
                Self.counted(edge.sites.count, "site", "sites"),
                Self.counted(edge.balancers.count, "balancer", "balancers"), Self.counted(members, "member", "members"),
                Self.counted(identityCount, "identity", "identities"),
            ] + (files.count > 1 ? ["\(files.count) files"] : [])).joined(separator: ", ")
    }

    /// Whether something is said by a key.
    ///
    /// - Parameter keys: as messages have them: `limits.connections`.
    public func says(_ keys: String) -> Bool { places.place(of: keys).isThere }

    /// Says something of a value that was found out after it was read; what came from the environment is not shown.
    ///
    /// - Parameters:
    ///   - keys: as messages have them: `balancers.shop.members.node1`.
    ///   - cure: what would mend it; `nil` where the message says it.
    public func diagnostic(
        _ severity: Diagnostic.Severity, at keys: String, _ message: String, cure: String? = nil
    ) -> Diagnostic {
        let hidden = hidden.filter { $0.value.utf8.count >= Findings.hiddenLengthMin }
        return Diagnostic(
            severity: severity, place: Diagnostic.Place(places.place(of: keys).origin), keys: keys,
            message: Written.conceal(message, hidden), cure: cure.map { Cure($0).concealed(hidden) })
    }

    private static func counted(_ count: Int, _ one: String, _ many: String) -> String {
        "\(count) \(count == 1 ? one : many)"
    }
}
