/// What others call what operators watch and steer a process by.
extension ForeignWords {
    /// Those of `control`.
    static let control = ForeignWords([
        ("file path unix", .called("socket")),
        ("mode owner group", .missing("other rights of the socket have")),
        ("port address listen bind", .needless("it is a UNIX-domain socket alone")),
    ])

    /// Those of `metrics`.
    static let metrics = ForeignWords([
        ("listen bind port host entrypoint weblistenaddress scrapeuri", .called("address")),
        ("seriesmax maxseries limit cardinality samplelimit", .called("series")),
        ("path metricspath uri telemetrypath", .needless("the paths are /metrics, /healthz and /readyz")),
        ("buckets histogrambuckets", .needless("histograms have the bounds that OpenTelemetry names for HTTP")),
        ("tls ssl certificate", .missing("metrics over TLS have")),
        ("users auth basicauth token", .missing("metrics for some users alone have")),
    ])
}
