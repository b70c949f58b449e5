/// What a path of a site changes in the messages that pass it. Immutable; shared by all workers.
final class PathMapping: Sendable {
    /// What clients write.
    let prefix: [UInt8]
    /// What members get in its place; `nil`: the same.
    let target: [UInt8]?
    /// Whether members get the host that the client named.
    let preservesHost: Bool
    /// Whether answers that speak of the member are made to speak of the site.
    let mapsAnswers: Bool

    /// - Returns: `nil` for a path that changes nothing.
    init?(_ path: SiteConfiguration.Path) {
        guard path.target != nil || !path.preservesHost || path.mapsAnswers else { return nil }
        prefix = Array(path.prefix.utf8)
        target = path.target.map { Array($0.utf8) }
        preservesHost = path.preservesHost
        mapsAnswers = path.mapsAnswers
    }
}
