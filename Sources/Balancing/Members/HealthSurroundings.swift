/// What the health of members needs of the process that they are members of.
public struct HealthSurroundings: Sendable {
    /// Milliseconds since 1970-01-01 00:00 UTC, for ``Member/history``.
    let wallMilliseconds: @Sendable () -> Int64
    /// Tells whoever waits for a member to look again.
    let onChange: @Sendable () -> Void

    /// - Parameters:
    ///   - wallMilliseconds: milliseconds since 1970-01-01 00:00 UTC.
    ///   - onChange: called behind each begin and end of a cause, each other share, and each answer that ends a
    ///     request's error, on the thread that tells of it. A begin may bring somebody else in: a spare, or by `panic`
    ///     those who were down.
    public init(
        wallMilliseconds: @escaping @Sendable () -> Int64 = { 0 }, onChange: @escaping @Sendable () -> Void = {}
    ) {
        self.wallMilliseconds = wallMilliseconds
        self.onChange = onChange
    }
}
