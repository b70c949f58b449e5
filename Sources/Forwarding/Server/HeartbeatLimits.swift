/// Limits of what is heard by UDP.
enum HeartbeatLimits {
    /// Datagrams that are taken in one turn, so that signals are not kept waiting.
    static let datagramsPerTurn = 1_024
    /// Warnings about what is sent in vain, until the next reload.
    static let complaintsMax = 16
}
