/// A parameter found in a request target.
struct TargetParameter {
    /// ``RouteSource/path`` or ``RouteSource/query``.
    let source: RouteSource
    /// The value, as a range into the target; may be empty.
    let value: Range<Int>
}
