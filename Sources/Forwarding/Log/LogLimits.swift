/// Limits of the logs.
enum LogLimits {
    /// Bytes kept of one part of a request; a longer one is cut.
    static let partBytesMax = 1024
    /// Bytes of a route in `X-Martlet-Route`, which must fit a head beside the member's fields; a longer one is cut.
    static let fieldRouteBytesMax = 128
    /// Bytes of the longest line: six parts of which each byte is escaped to six (`\u00ff`), and 2 KiB for the rest.
    static let lineBytesMax = 6 * 6 * partBytesMax + 2048
    /// Slabs of 64 KiB that wait for the disk at most; further lines are dropped, counted and said so: 16 MiB.
    static let queuedSlabsMax = 256
    /// Written slabs that are kept to be filled again: all that a disk which falls behind and catches up gives back.
    static let spareSlabsMax = queuedSlabsMax
    /// Events that a worker reports in a second; further ones are counted and said so.
    static let eventsPerSecondMax = 50
}
