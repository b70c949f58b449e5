/// By which fields proxies and members tell one another of clients.
public struct ForwardedConfiguration: Sendable, Hashable {
    /// The field that trusted proxies name their clients by.
    public enum Reading: String, Sendable, CaseIterable {
        /// `X-Forwarded-For`, with the other `X-Forwarded-…` beside it.
        case xForwardedFor = "x-forwarded-for"
        /// `Forwarded` (RFC 7239).
        case forwarded
    }

    /// Fields that members are told of clients by.
    public enum Writing: String, Sendable, CaseIterable {
        /// `X-Forwarded-For`, `-Proto`, `-Port` and `-Host`, and `X-Real-IP`.
        case xForwarded = "x-forwarded"
        /// `Forwarded` (RFC 7239).
        case forwarded
    }

    /// What is read. Never both: who knows one of them passes on what strangers say in the other.
    public var reads = Reading.xForwardedFor
    /// What is written: at least one.
    public var writes = [Writing.xForwarded]

    /// What is usual.
    public init() {}

    /// The keys of `forwarded`.
    public static let schema = Schema<ForwardedConfiguration>(
        "By which fields proxies and members tell one another of clients.", of: ForwardedConfiguration(),
        others: .forwarded,
        [
            Field(
                "read", \.reads, .choice(others: .forwarded),
                "which field of trusted-proxies names their clients; the other one is left out, whoever sends it"),
            Field(
                "write", \.writes, .list(.choice(others: .forwarded)),
                "what members are told: X-Forwarded-For, -Proto, -Port, -Host and X-Real-IP, or Forwarded of RFC 7239"),
        ])
}
