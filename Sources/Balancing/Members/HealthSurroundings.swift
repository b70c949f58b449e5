/// What the health of members needs of the process that they are members of.
public struct HealthSurroundings: Sendable {
    /// Milliseconds since 1970-01-01 00:00 UTC, for ``Member/history``.
    let wallMilliseconds: @Sendable () -> Int64
    /// Tells whoever waits for a member to look again.
    let onRecovery: @Sendable () -> Void

    /// - Parameters:
    ///   - wallMilliseconds: milliseconds since 1970-01-01 00:00 UTC.
    ///   - onRecovery: called behind each end of a cause and each other share, on the thread that tells of it.
    public init(
        wallMilliseconds: @escaping @Sendable () -> Int64 = { 0 }, onRecovery: @escaping @Sendable () -> Void = {}
    ) {
        self.wallMilliseconds = wallMilliseconds
        self.onRecovery = onRecovery
    }
}
