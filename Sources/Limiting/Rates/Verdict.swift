/// What becomes of somebody who asks for tokens.
public enum Verdict: Sendable, Hashable {
    /// He has them.
    case taken
    /// There are not as many, and none was taken; they will be there in so many nanoseconds, 1 or more, if nobody takes
    /// any until then. `Int64.max`: a full bucket has fewer.
    case refused(waitNanoseconds: Int64)
}
