/// Limits of looking members' names up.
enum NameLimits {
    /// Seconds in which names have to be answered at the start and at a reload: more than the 6 s after which c-ares
    /// gives a silent name server up.
    static let seconds = 10
    /// Seconds in which they have to be answered for `check`, which somebody waits for.
    static let checkSeconds = 5
    /// Milliseconds after which a name that has no answer is asked for again; after each further failure twice that.
    static let retryMillis = 1_000
    /// Milliseconds between two questions at most for a name that has no answer.
    static let retryMillisMax = 30_000
    /// Milliseconds that the end of the process waits for what is still being read, names left out.
    static let lastReadingMillis = 1_000
    /// Milliseconds after a change in a folder until the files of members in it are read: what is written in several
    /// steps is read once.
    static let settlingMillis = 50
    /// Milliseconds between two looks at files of members whose folders cannot be watched, or that cannot be used.
    static let lookMillis = 5_000

    /// Milliseconds until a name is asked for again.
    ///
    /// - Parameter failures: how often it had no answer before, one after the other.
    static func retryMillis(afterFailures failures: Int) -> Int64 {
        Int64(min(retryMillis << min(failures, 5), retryMillisMax))
    }
}
