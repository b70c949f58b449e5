/// How many of a kind are kept while nobody needs them: what costs something to make, is lent, and comes back.
///
/// What is lent and what is kept are together as many as were lent at a time at most, in this interval and the one
/// before. So a load that goes on makes none anew, and what a load has made that is over is given back after two
/// intervals. Whoever owns one has the clock: it calls ``endInterval()``, and lets go of ``surplus`` then.
///
/// ```
/// lent + kept ≤ max(peak, peak before, least),   kept ≤ bound
/// ```
public struct Reserve {
    @usableFromInline var lent = 0
    @usableFromInline var kept = 0
    /// Lent at a time at most, in this interval.
    @usableFromInline var peak = 0
    /// Lent and kept at most.
    @usableFromInline var countMax: Int
    @usableFromInline let least: Int
    /// Kept at most, however many were lent.
    public var bound: Int

    /// - Parameters:
    ///   - least: lent and kept in any case, so that few requests now and then make none anew.
    ///   - bound: kept at most.
    public init(least: Int, bound: Int = .max) {
        self.least = least
        self.bound = bound
        countMax = least
    }

    /// Those that are lent now.
    public var lentCount: Int { lent }

    /// Those that are kept now.
    public var keptCount: Int { kept }

    // Inlined: an access to a class's property that spans a call is checked for exclusivity at run time.

    /// Lends one that is made for that.
    @inlinable
    public mutating func lendNew() {
        lent += 1
        if lent > peak { peak = lent }
        if lent > countMax { countMax = lent }
    }

    /// Lends one of those that are kept.
    @inlinable
    public mutating func lendKept() {
        kept -= 1
        lendNew()
    }

    /// Takes one back.
    ///
    /// - Returns: whether it is kept.
    @inlinable
    public mutating func takeBack() -> Bool {
        lent -= 1
        guard lent + kept < countMax, kept < bound else { return false }
        kept += 1
        return true
    }

    /// One that was lent is gone.
    @inlinable
    public mutating func lose() {
        lent -= 1
    }

    /// One of those that are kept is let go of.
    @inlinable
    public mutating func letGo() {
        kept -= 1
    }

    /// How many of those that are kept are too many.
    @inlinable
    public var surplus: Int {
        min(kept, max(lent + kept - countMax, kept - bound, 0))
    }

    /// The interval is over: the peak before the one that has passed is forgotten.
    @inlinable
    public mutating func endInterval() {
        countMax = max(peak, least)
        peak = lent
    }
}
