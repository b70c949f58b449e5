import Limiting

/// Whether a place is closed to clients for a while, and to whom it stays open.
public struct MaintenanceConfiguration: Sendable, Hashable {
    /// Whether it is closed; where it is not, the other keys are for `martlet maintenance HOST on`.
    public var isOn = true
    /// Clients to whom it stays open.
    public var allowed: [AddressRange] = []
    /// Milliseconds after which clients are told to come again; `nil`: they are told nothing of that.
    public var retryAfter: Int?

    /// Closed to everybody.
    public init() {}

    /// The keys of `maintenance`.
    public static let schema = Schema<MaintenanceConfiguration>(
        "Whether all are answered 503 for a while, and who is not.", of: MaintenanceConfiguration(),
        [
            Field(
                "enabled", \.isOn, .boolean(),
                "whether it is so; with false the other keys hold for martlet maintenance HOST on"),
            Field(
                "allow", \.allowed, .list(.text(.addressRange), countMin: 0),
                "clients who are answered as ever, behind trusted-proxies too"),
            Field(
                "retry-after", \.retryAfter, .milliseconds(1_000...7 * 86_400_000),
                "when the others are told to come again"),
        ])
}
