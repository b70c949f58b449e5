import Bytes

/// Limits of answers from files.
enum FileLimits {
    /// Bytes of a file that are sent at a time from where they lie: half of what an answer may have of a turn, so that
    /// whoever waits for the client's socket is not held up by a look at many pages.
    static let windowBytes = TurnLimits.memberBytesMax / 2
    /// Bytes of the line that says how long a file is.
    static let lengthLineBytesMax = 64
    /// Paths whose openings a worker remembers in a turn: as many as a page has parts, four times over. A power of two.
    static let openingsMax = 64
    /// Bytes of a path that is remembered: 16 KiB for all.
    static let openingPathBytesMax = 256
    /// What is left of files that are closed, for others: those of a turn, and those that were being sent.
    static let spareFilesMax = 2 * openingsMax
    /// Bytes from which a file without a name is not closed by a worker, who would wait until its room is free: 25 ms
    /// for 64 MiB of ext4, 400 ms for 1 GiB.
    static let slowCloseBytesMin = 1 << 20
}
