import Model

/// How many requests a worker may send anew at a balancer (`retry-budget`): a share of those that it gives away, so
/// that members who all fail do not get more than they can bear on top.
///
/// Nothing is counted for it while nothing fails: the requests are counted by the members anyway, and are looked at
/// when one is about to be sent anew, and every ``WorkerLimits/reserveIntervalMillis``. What came between two looks is
/// spread over that time. The share is of the busiest of the last ten seconds: who waited for a member that had stopped
/// has made the last one a quiet one.
package struct RetryBudget {
    /// Retries in a second that a worker has in any case: where there is little traffic a share of it is nothing.
    package static let floor = 10
    /// Seconds, of which the busiest one counts.
    private static let secondsMax = 10
    /// Milliseconds of a slot of ``retries``.
    private static let slotMillis = 100
    /// A second, and the slot that has begun: in no second there are more retries, whenever it begins.
    private static let slotsMax = 11

    /// Requests by the second of the clock.
    private var requests = InlineArray<10, Double>(repeating: 0)
    /// Retries by the tenth of a second.
    private var retries = InlineArray<11, Int>(repeating: 0)
    private var slot: Int
    private var lookedMillis: Int
    private var lookedCount: UInt64
    /// Requests that members were given after another one.
    private var furtherCount: UInt64 = 0
    /// Milliseconds of the clock up to which it was told that there were too many.
    private var toldUntil = Int.min

    /// - Parameters:
    ///   - count: requests that the members were given so far.
    ///   - now: milliseconds of the clock.
    package init(count: UInt64, now: Int) {
        lookedCount = count
        lookedMillis = now
        slot = now / Self.slotMillis
    }

    /// Looks at the requests that members were given by now.
    package mutating func look(_ count: UInt64, now: Int) {
        let (added, began) = (count > lookedCount ? count - lookedCount : 0, lookedMillis)
        // Those that were given away anew are no traffic.
        let further = min(added, furtherCount)
        furtherCount -= further
        lookedCount = count
        lookedMillis = max(now, began)
        forget(from: began / 1_000, to: lookedMillis / 1_000)
        spread(Double(added - further), from: began, to: lookedMillis)
        advance(to: lookedMillis / Self.slotMillis)
    }

    /// Whether a request may be sent anew now.
    package func allows(_ share: LogShare) -> Bool {
        var (used, peak) = (0, 0.0)
        for index in retries.indices { used += retries[index] }
        for index in requests.indices { peak = max(peak, requests[index]) }
        let allowed = peak * Double(share.parts) / Double(LogShare.whole)
        return used < Self.floor || Double(used + 1) <= allowed
    }

    /// Counts a request that is sent anew.
    package mutating func spend() {
        retries[slot % Self.slotsMax] += 1
    }

    /// Counts a request that another member is given.
    package mutating func noteFurther() {
        furtherCount += 1
    }

    /// Whether it is to be told that there are too many, which is so once in ten seconds.
    package mutating func mustTell() -> Bool {
        guard lookedMillis >= toldUntil else { return false }
        toldUntil = lookedMillis + Self.secondsMax * 1_000
        return true
    }

    /// Clears the seconds that have begun.
    private mutating func forget(from last: Int, to second: Int) {
        guard second > last else { return }
        for past in max(last + 1, second - Self.secondsMax + 1)...second { requests[past % Self.secondsMax] = 0 }
    }

    private mutating func spread(_ count: Double, from began: Int, to now: Int) {
        let (first, last) = (began / 1_000, now / 1_000)
        guard now > began, last > first else {
            requests[last % Self.secondsMax] += count
            return
        }
        for second in max(first, last - Self.secondsMax + 1)...last {
            let (from, to) = (max(began, second * 1_000), min(now, (second + 1) * 1_000))
            requests[second % Self.secondsMax] += count * Double(to - from) / Double(now - began)
        }
    }

    /// Clears the slots that have begun.
    private mutating func advance(to next: Int) {
        guard next > slot else { return }
        for past in max(slot + 1, next - Self.slotsMax + 1)...next { retries[past % Self.slotsMax] = 0 }
        slot = next
    }
}
