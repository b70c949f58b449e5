import Model

/// Limits of the logs.
package enum LogLimits {
    /// Bytes kept of one part of a request; a longer one is cut.
    static let partBytesMax = 1024
    /// Bytes of a route in `X-Martlet-Route`, which must fit a head beside the member's fields; a longer one is cut.
    static let fieldRouteBytesMax = 128
    /// Members of a request that are named in its line, the first ones and the last one.
    static let triesMax = 8
    /// Bytes of the longest line: six parts of which each byte is escaped to six (`\u00ff`), so are the name of a user,
    /// that of a handshake (255 bytes) and the path of a rule, what the user has written for a line of his own, 192 for
    /// each try, and 4 KiB for the rest. A slab has room for it.
    package static let lineBytesMax =
        6 * (6 * partBytesMax + PasswordFile.nameBytesMax + 255 + SiteConfiguration.Path.nameBytesMax)
        + LogLine.bytesMax + 192 * triesMax + 4096
    /// Slabs of 64 KiB of the access log that wait at most; further lines are lost, counted and said so: 16 MiB.
    static let queuedSlabsMax = 256
    /// The same of events, which are far fewer: 1 MiB.
    static let queuedEventSlabsMax = 16
    /// Bytes of an event's words; longer ones are cut. Escaped they fit a slab of 64 KiB.
    static let eventBytesMax = 8 * 1024
    /// Events of the traffic that a worker puts into words in a second; further ones are counted and said so. A
    /// flood of them takes no time to put into words beyond that.
    static let eventsPerSecondMax = 1000
    /// Milliseconds for which events of one kind are summed.
    static let eventWindowMillis = 10_000
    /// Events of one kind that are said each by itself before they are summed.
    static let eventsAtOnceMax = 5
    /// Kinds that are told apart at a time: beyond, events are counted alone.
    static let eventKindsMax = 256
    /// Milliseconds between two lines that say how many were lost.
    static let lossPauseMillis = 1000
    /// The same while the log cannot be written at all.
    static let failurePauseMillis = 60_000
    /// Milliseconds between two tries to connect to where a log goes.
    static let connectPauseMillis = 1000
    /// Milliseconds for which lines of the access log gather before they are written, so that their thread is not woken
    /// with each turn of a worker.
    static let gatheringMillis = 20
    /// Milliseconds that a log has at the end of the process to take what is left.
    static let lastFlushMillis = 1000
}
