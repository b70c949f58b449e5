/// A parameter found in a request target.
public struct TargetParameter {
    /// ``RouteSource/path`` or ``RouteSource/query``.
    public let source: RouteSource
    /// The value, as a range into the target; may be empty.
    public let value: Range<Int>
}
