/// How much longer a member has to be well that comes and goes, until it counts as recovered.
///
/// Each time that it goes down counts one, and each ``Limits/flapFadeMilliseconds`` that it is up between takes one
/// back.
struct Flapping: Sendable, Equatable {
    /// How often it has gone down of late.
    private(set) var count = 0
    /// Since when it is up again, in milliseconds of the monotonic clock; `nil`: it was never down.
    private(set) var upSince: Int64?

    /// It goes down that was up.
    mutating func goDown(now: Int64) {
        let up = upSince.map { max(0, now - $0) } ?? .max
        count = max(0, count - Int(clamping: up / Limits.flapFadeMilliseconds)) + 1
    }

    /// It is up again.
    mutating func goUp(now: Int64) {
        upSince = now
    }

    /// How long nothing may be found against it before it is up again, in milliseconds: 0 the first time, and then
    /// twice as much each time.
    var holdMilliseconds: Int64 {
        count < 2 ? 0 : min(Limits.flapHoldMilliseconds << Int64(min(count, 16) - 2), Limits.flapHoldMillisecondsMax)
    }

    /// How long a member is left alone after a request's error, where it is to be for so long the first time: twice as
    /// long each time, up to ``Limits/flapHoldMillisecondsMax`` or, if that is more, what is declared.
    func retryMilliseconds(_ declared: Int64) -> Int64 {
        guard count > 1, declared < Limits.flapHoldMillisecondsMax else { return declared }
        return min(declared << Int64(min(count, 24) - 1), Limits.flapHoldMillisecondsMax)
    }
}
