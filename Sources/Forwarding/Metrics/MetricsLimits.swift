/// Limits of metrics.
public enum MetricsLimits {
    /// Bytes that are kept ready for a sample; more are had where it takes more.
    static let sampleBytes = 96
    /// Members whose sessions are counted for a scrape: each takes a look at 64 KiB, so 1,000 take some 10 ms.
    static let countedMembersMax = 1_000
    /// Milliseconds within which workers answer that turn; the longest turn is far below.
    public static let answerMillis = 2_000
}
