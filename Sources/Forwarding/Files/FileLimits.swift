import Bytes

/// Limits of answers from files.
enum FileLimits {
    /// Bytes of a file that are sent at a time from where they lie: half of what an answer may have of a turn, so that
    /// whoever waits for the client's socket is not held up by a look at many pages.
    static let windowBytes = TurnLimits.memberBytesMax / 2
    /// Bytes of the line that says how long a file is.
    static let lengthLineBytesMax = 64
}
