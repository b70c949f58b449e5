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
    /// Those that are lent now.
    public private(set) var lentCount = 0
    /// Those that are kept now.
    public private(set) var keptCount = 0
    /// Lent at a time at most, in this interval.
    private var peak = 0
    /// Lent and kept at most.
    private var countMax: Int
    private let least: Int
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

    /// Lends one that is made for that.
    public mutating func lendNew() {
        lentCount += 1
        if lentCount > peak { peak = lentCount }
        if lentCount > countMax { countMax = lentCount }
    }

    /// Lends one of those that are kept.
    public mutating func lendKept() {
        keptCount -= 1
        lendNew()
    }

    /// Takes one back.
    ///
    /// - Returns: whether it is kept.
    public mutating func takeBack() -> Bool {
        lentCount -= 1
        guard lentCount + keptCount < countMax, keptCount < bound else { return false }
        keptCount += 1
        return true
    }

    /// One that was lent is gone.
    public mutating func lose() {
        lentCount -= 1
    }

    /// One of those that are kept is let go of.
    public mutating func letGo() {
        keptCount -= 1
    }

    /// How many of those that are kept are too many.
    public var surplus: Int {
        min(keptCount, max(lentCount + keptCount - countMax, keptCount - bound, 0))
    }

    /// The interval is over: the peak before the one that has passed is forgotten.
    public mutating func endInterval() {
        countMax = max(peak, least)
        peak = lentCount
    }
}
