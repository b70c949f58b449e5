/// What has become of reloads, and when the configuration was read that is served.
struct ReloadTally {
    /// How many there were of each.
    private(set) var accepted: UInt64 = 0
    private(set) var rejected: UInt64 = 0
    /// Whether the last one was taken; the first configuration was.
    private(set) var isLastAccepted = true
    /// Seconds since 1970 when every worker served it.
    private(set) var acceptedAt = 0

    /// Counts that the first configuration is served.
    mutating func begin(at time: Int) {
        if acceptedAt == 0 { acceptedAt = time }
    }

    /// Counts a reload.
    mutating func count(_ receipt: Receipt) {
        isLastAccepted = receipt.outcome == .accepted
        if isLastAccepted {
            accepted += 1
            acceptedAt = receipt.time
        } else {
            rejected += 1
        }
    }
}
