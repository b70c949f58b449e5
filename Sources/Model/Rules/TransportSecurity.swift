/// What browsers are told of a host that is to be asked by https alone (RFC 6797, section 6.1).
public struct TransportSecurity: Sendable, Hashable {
    /// Milliseconds for which they keep to it; 0 has them forget it.
    public var maxAge: Int
    /// Whether it holds for the host's subdomains too.
    public var coversSubdomains = false
    /// Whether the host may be put on browsers' own list.
    public var isPreloaded = false

    /// - Parameter maxAge: milliseconds.
    public init(maxAge: Int) {
        self.maxAge = maxAge
    }

    /// The value of the field.
    public var value: String {
        "max-age=\(maxAge / 1_000)" + (coversSubdomains ? "; includeSubDomains" : "") + (isPreloaded ? "; preload" : "")
    }

    /// The keys of `hsts`.
    public static let schema = Schema<TransportSecurity>(
        "For how long browsers ask by https alone.", of: TransportSecurity(maxAge: 0),
        others: .transportSecurity,
        [
            Field(
                "max-age", \.maxAge, .milliseconds(0...maxAgeMax), "how long; 0 has browsers forget it",
                isRequired: true),
            Field("subdomains", \.coversSubdomains, .boolean(), "for subdomains too"),
            Field("preload", \.isPreloaded, .boolean(), "the host may be put on browsers' own list"),
        ])

    /// Ten years.
    private static let maxAgeMax = 3_650 * 86_400_000
}
