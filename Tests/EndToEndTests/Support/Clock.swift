import Foundation

/// The monotonic clock, the same one that Python's `time.monotonic()` reads.
enum Clock {
    /// Seconds since the machine started.
    static var now: Double {
        var time = timespec()
        unsafe clock_gettime(CLOCK_MONOTONIC, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }

    /// Keeps a schedule that a scenario prescribes ("a reload a second"); never used to wait for something to happen.
    static func wait(until moment: Double) {
        let left = moment - now
        if left > 0 { _ = poll(nil, 0, Int32(left * 1000)) }
    }
}
