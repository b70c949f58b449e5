import Glibc

/// The system's clocks.
public enum Clock {
    /// Nanoseconds since the machine started, never going back.
    public static func monotonicNanoseconds() -> Int {
        read(CLOCK_MONOTONIC)
    }

    /// Nanoseconds since 1970-01-01 00:00 UTC.
    public static func wallNanoseconds() -> Int {
        read(CLOCK_REALTIME)
    }

    /// Seconds since 1970-01-01 00:00 UTC.
    public static func wallSeconds() -> Int {
        wallNanoseconds() / 1_000_000_000
    }

    /// Nanoseconds of processor time that a thread of this process has had; 0: there is none of this number.
    public static func processorNanoseconds(of thread: Int32) -> Int {
        // How Linux makes a clock of a thread's number (CPUCLOCK_PERTHREAD_MASK | CPUCLOCK_SCHED).
        read(clockid_t(truncatingIfNeeded: ~thread << 3 | 6))
    }

    private static func read(_ clock: clockid_t) -> Int {
        var time = timespec()
        unsafe clock_gettime(clock, &time)
        return time.tv_sec * 1_000_000_000 + time.tv_nsec
    }
}
