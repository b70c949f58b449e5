/// Limits of metrics.
public enum MetricsLimits {
    /// Bytes after which a page is handed on, a sample or a histogram more.
    package static let pieceBytes = 64 * 1024
    /// Bytes that a piece may have above that: a histogram of names of 255 bytes.
    static let pieceSpareBytes = 16 * 1024
    /// Members whose sessions are counted anew for a scrape: each takes a look at 64 KiB, so 1,000 take some 10 ms. The
    /// others are told as they were counted last, so of 10,000 all within ten scrapes.
    static let countedMembersMax = 1_000
    /// Milliseconds within which workers answer that turn; the longest turn is far below.
    public static let answerMillis = 2_000
}
