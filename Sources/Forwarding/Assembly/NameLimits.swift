/// Limits of looking members' names up.
enum NameLimits {
    /// Seconds in which names have to be answered at the start and at a reload: more than the 5 s after which glibc
    /// turns from a name server that is silent to the next one.
    static let seconds = 10
    /// Seconds in which they have to be answered for `check`, which somebody waits for.
    static let checkSeconds = 5
    /// Milliseconds between two looks at names that have no address.
    static let retryMillis = 5_000
    /// Milliseconds that the end of the process waits for what is still being read, names left out.
    static let lastReadingMillis = 1_000
}
