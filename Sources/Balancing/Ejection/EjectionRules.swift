/// When a member is ejected that errs or is slow, unlike the others of its balancer, and for how long.
public struct EjectionRules: Sendable, Hashable {
    /// How long it is ejected the first time, in milliseconds; as many times as long as it was ejected in a row.
    public var milliseconds: Int
    /// The same at most.
    public var millisecondsMax: Int
    /// How many of the balancer's members may be ejected at once, in per cent.
    public var ejectedMaxPercent: Int
    /// The share of errors that is too much, in per cent; `nil`: none is.
    public var errorPercent: Int?
    /// How many errors in a row are too much; `nil`: any number is not.
    public var errorsInARow: Int?
    /// How many times as long as the others' its answers take when it is too slow; `nil`: it never is.
    public var slowness: Int?

    /// Makes rules; those that hold where no more is declared than that there are some if nothing else is said.
    public init(
        milliseconds: Int = 30_000, millisecondsMax: Int = 300_000, ejectedMaxPercent: Int = 50,
        errorPercent: Int? = 10, errorsInARow: Int? = 5, slowness: Int? = 5
    ) {
        self.milliseconds = milliseconds
        self.millisecondsMax = millisecondsMax
        self.ejectedMaxPercent = ejectedMaxPercent
        self.errorPercent = errorPercent
        self.errorsInARow = errorsInARow
        self.slowness = slowness
    }

    /// How long a member is ejected.
    ///
    /// - Parameter times: how often it was in a row, this time counted.
    func milliseconds(times: Int) -> Int64 {
        let (product, isOverflow) = milliseconds.multipliedReportingOverflow(by: times)
        return Int64(min(isOverflow ? .max : product, max(milliseconds, millisecondsMax)))
    }
}
