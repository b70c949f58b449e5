import Glibc

/// What the calling thread has taken of the processor, which does not depend on what else the machine does.
public func threadTime() -> Duration {
    var time = timespec()
    let result = unsafe clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
    precondition(result == 0, "each thread has such a clock")
    return .seconds(time.tv_sec) + .nanoseconds(time.tv_nsec)
}
