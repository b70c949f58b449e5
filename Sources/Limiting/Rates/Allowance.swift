/// How much somebody may have: a bucket of `burst` tokens, which come back at a rate.
///
/// Time is counted in units, 2^``shift`` of which bring one token: a whole number for each token, so that no rate is
/// rounded, also none of seven in a second. A unit is less than a nanosecond, or as little as 64 bits allow where a
/// large burst meets a slow rate (a million at one a day: 39 ns).
public struct Allowance: Sendable, Hashable {
    /// How fast tokens come back.
    public let rate: Rate
    /// How many tokens a full bucket has, `Limits.bursts`.
    public let burst: Int
    /// How many units bring a token, as a power of two.
    let shift: Int

    // Room for what has accrued in Limits.clockNanosecondsMax and a full bucket beside it, and a bit that is free.
    private static let unitsMax: UInt64 = 1 << 61

    /// Makes an allowance.
    ///
    /// - Parameter burst: `Limits.bursts`.
    public init(_ rate: Rate, burst: Int) {
        precondition(Limits.bursts.contains(burst), "a bucket of no such size")
        self.rate = rate
        self.burst = burst
        // Two units a nanosecond at most: they come to unitsMax at the clock's end.
        let byTime = UInt64(2 * rate.period.nanoseconds / rate.count)
        let byBurst = Self.unitsMax / UInt64(burst)
        shift = 63 - min(byTime, byBurst).leadingZeroBitCount
    }

    /// The units of a full bucket, at most 2^61.
    var capacity: UInt64 { UInt64(burst) << UInt64(shift) }

    /// The units of some tokens; `nil`: they are more than a full bucket has.
    func cost(of tokens: Int) -> UInt64? {
        precondition(tokens > 0, "nothing costs less than a token")
        return tokens <= burst ? UInt64(tokens) << UInt64(shift) : nil
    }

    /// How many units have gone by since the clock was 0, at most 2^61.
    ///
    /// - Parameter now: nanoseconds of a monotonic clock.
    func units(at now: Int64) -> UInt64 {
        let product = Self.nanoseconds(now).multipliedFullWidth(by: unitsPerPeriod)
        return UInt64(rate.period.nanoseconds).dividingFullWidth(product).quotient
    }

    /// The nanoseconds from `now` on until so many units have gone by.
    ///
    /// - Parameter units: at most 2^62.
    func nanoseconds(until units: UInt64, from now: Int64) -> Int64 {
        let product = UInt128(units) * UInt128(rate.period.nanoseconds)
        // The first nanosecond at which they have: rounded up.
        let time = (product + UInt128(unitsPerPeriod) - 1) / UInt128(unitsPerPeriod)
        return Int64(clamping: time) - Int64(Self.nanoseconds(now))
    }

    /// At most 2^48.
    private var unitsPerPeriod: UInt64 { UInt64(rate.count) << UInt64(shift) }

    /// Before a clock's beginning and behind its end time stands still.
    private static func nanoseconds(_ now: Int64) -> UInt64 {
        min(UInt64(clamping: now), Limits.clockNanosecondsMax)
    }
}
