/// What the checks of one member have come to: results in, verdicts and waits out.
///
/// ```
///        fall failures in a row             rise passes in a row
/// up ───────────────────────────▶ down ───────────────────────────▶ up
/// ```
///
/// The first result of all decides by itself: a member is up until its checks say otherwise, and nobody waits for
/// `fall` of them where the first one has failed. A value without a clock; chance is handed in.
public struct CheckCourse: Sendable {
    /// Checks that are saved at most, one after the other: one of ten is made.
    public static let savedMax = 9

    /// Another verdict.
    public struct Change: Sendable, Equatable {
        /// Whether the member is up now.
        public let isUp: Bool
        /// How many checks in a row have said so.
        public let checkCount: Int
    }

    /// Whether the member is up.
    public private(set) var isUp: Bool
    /// Whether a result was there.
    public private(set) var isSettled = false
    /// How many results in a row speak against the verdict, without those that have changed it.
    public private(set) var contraryCount = 0
    private var savedCount = 0

    /// Begins with the verdict that holds.
    public init(isUp: Bool = true) {
        self.isUp = isUp
    }

    /// Takes a result.
    ///
    /// - Parameters:
    ///   - passed: whether the member has proven itself.
    ///   - pace: the check's.
    /// - Returns: the new verdict; `nil`: the old one holds.
    public mutating func take(_ passed: Bool, _ pace: CheckPace) -> Change? {
        let needed = !isSettled ? 1 : passed ? pace.rise : pace.fall
        isSettled = true
        guard passed != isUp else {
            contraryCount = 0
            return nil
        }
        contraryCount += 1
        guard contraryCount >= needed else { return nil }
        defer { contraryCount = 0 }
        isUp = passed
        return Change(isUp: passed, checkCount: contraryCount)
    }

    /// Milliseconds until the next check.
    ///
    /// - Parameters:
    ///   - pace: the check's.
    ///   - dice: any number, by which the checks of several members do not stay together.
    public func wait(_ pace: CheckPace, dice: UInt64) -> Int {
        let base = contraryCount > 0 ? pace.fastInterval : isUp ? pace.interval : pace.downInterval
        let spread = base * pace.jitterPercent / 100
        return base - spread + Int(dice % UInt64(2 * spread + 1))
    }

    /// Whether to make a check whose time has come.
    ///
    /// - Parameters:
    ///   - isProven: whether the member has answered real requests since the last time, and none has failed on it.
    ///   - pace: the check's.
    public mutating func isDue(isProven: Bool, _ pace: CheckPace) -> Bool {
        guard pace.isQuiet, isProven, isUp, isSettled, contraryCount == 0, savedCount < Self.savedMax else {
            savedCount = 0
            return true
        }
        savedCount += 1
        return false
    }
}
