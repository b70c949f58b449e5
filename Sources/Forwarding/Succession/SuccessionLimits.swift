/// Bounds of taking another process's place.
package enum SuccessionLimits {
    /// Within which the new process has to serve: names and files are read by then, or given up.
    static let startMillis = 60_000
    /// For how long one is waited for that has closed its end of the channel, and ends.
    static let endMillis = 1_000
    /// How long one of the two waits for a message of the other.
    static let patienceSeconds = 10
    /// Learned sessions of a balancer that are left to the new process: those that were seen last.
    static let sessionsMax = 1_000_000
    /// The same of all balancers: 32 bytes each, which is half of what ``MemoryFile`` reads.
    static let sessionsMaxOfAll = 4_000_000
    /// Letters of why the new process does not serve.
    static let wordsMax = 2_000
    /// Seconds for which verdicts hold that a process before this one has left in a file: the first check of each
    /// member says it anew.
    package static let verdictSecondsMax = 60
    /// Milliseconds between two writings of them, while there are any.
    static let verdictPauseMillis = 10_000
    /// Milliseconds that the last writing takes at most.
    static let verdictPatienceMillis = 1_000
    /// Bytes of the file at most: some hundred for each of some ten thousand members.
    package static let verdictBytesMax = 8 << 20
    /// Letters of why a member is down that are read of it.
    static let evidenceMax = 200
    /// The variable by which a process knows that it was started to take another one's place.
    static let variable = "MARTLET_PREDECESSOR"
    /// Variables that are the old process's alone: who is watched, and which sockets a service manager has given it.
    static let ownVariables: Set = ["WATCHDOG_PID", "LISTEN_PID", "LISTEN_FDS", "LISTEN_FDNAMES"]
}
