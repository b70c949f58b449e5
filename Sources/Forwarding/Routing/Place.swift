import Model

/// What a path of a site leads to beside its balancer. Immutable; shared by all workers.
final class Place: Sendable {
    /// The path as it is declared, for the log.
    let prefix: [UInt8]
    /// What is changed in the messages that pass; `nil`: nothing.
    let mapping: PathMapping?
    /// What is allowed, and what is said beside members' words; `nil`: nothing.
    let rules: Rules?

    /// - Parameter rules: those that hold there, the outer ones too.
    init(_ path: SiteConfiguration.Path, rules: Rules?) {
        prefix = Array(path.prefix.utf8)
        mapping = PathMapping(path)
        self.rules = rules
    }

    /// Whether requests pass as if it were not there.
    var isBare: Bool { mapping == nil && rules == nil }
}
