/// What `POST /sites/SITE/maintenance` is asked with.
public struct MaintenanceOrder: Codable, Sendable, Equatable {
    /// Whether the site is to be closed for maintenance.
    public var on: Bool

    /// Asks for a site to be closed, or opened again.
    public init(on: Bool) {
        self.on = on
    }
}
