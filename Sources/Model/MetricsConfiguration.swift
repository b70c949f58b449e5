/// Where metrics are told, and how many at most.
public struct MetricsConfiguration: Sendable, Equatable {
    /// Where Prometheus, and who looks after the node's health, connect.
    public var address: ListenAddress
    /// Time series of one scrape at most.
    public var seriesMax = 20_000

    /// Tells metrics at an address.
    public init(address: ListenAddress) {
        self.address = address
    }

    /// The keys of `metrics`.
    public static let schema = Schema<MetricsConfiguration>(
        "Where metrics and the node's health are told.", of: MetricsConfiguration(address: .unix(path: "")),
        others: .metrics,
        [
            Field(
                "address", \.address, .text(.metricsAddress),
                "where /metrics, /healthz and /readyz are answered in cleartext; changes with a restart only",
                isRequired: true),
            Field(
                "series", \.seriesMax, .count(2_000...1_000_000),
                "time series of one scrape at most; members and balancers beyond are summed as (other)"),
        ])
}
