/// How results of checks make a verdict, and when the next one is looked for. All times are milliseconds.
public struct CheckPace: Sendable, Hashable {
    /// Between two checks.
    public var interval = 5_000
    /// The same while a change of the verdict is being counted.
    public var fastInterval = 1_000
    /// The same while the member is down.
    public var downInterval = 5_000
    /// For a whole check.
    public var timeout = 2_000
    /// Per cent by which an interval is longer or shorter at most, 0 ... 50.
    public var jitterPercent = 10
    /// Checks in a row that bring a member up, 1 or more.
    public var rise = 2
    /// Checks in a row that take it down, 1 or more.
    public var fall = 3
    /// Whether checks are saved while real answers prove the member.
    public var isQuiet = false

    /// What holds where nothing is said.
    public init() {}
}
