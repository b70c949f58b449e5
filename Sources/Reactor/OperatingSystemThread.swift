import CLinux
import Glibc

/// A thread of the operating system with a name that `top -H` and `perf` show.
public struct OperatingSystemThread: ~Copyable {
    private let handle: pthread_t

    /// Starts a thread, on which all signals are blocked, as they are for the main thread, but for the one by which it
    /// is asked for its stack.
    ///
    /// - Parameters:
    ///   - name: 15 ASCII characters at most.
    ///   - body: what it runs.
    public init(name: String, _ body: sending @escaping () -> Void) throws(SystemError) {
        let start = Start(name: name, body: body)
        var handle = pthread_t()
        let argument = unsafe Unmanaged.passRetained(start)
        var (all, mask) = (sigset_t(), sigset_t())
        unsafe sigfillset(&all)
        unsafe sigdelset(&all, clinux_stack_signal())
        // A thread begins with the mask of whoever makes it.
        unsafe pthread_sigmask(SIG_SETMASK, &all, &mask)
        defer { unsafe pthread_sigmask(SIG_SETMASK, &mask, nil) }
        let code = unsafe pthread_create(
            &handle, nil,
            { argument in
                guard let argument = unsafe argument else { return nil }
                let start = unsafe Unmanaged<Start>.fromOpaque(argument).takeRetainedValue()
                unsafe clinux_set_thread_name(start.name)
                start.body()
                return nil
            }, argument.toOpaque())
        guard code == 0 else {
            unsafe argument.release()
            throw SystemError("pthread_create", code: code)
        }
        self.handle = handle
    }

    deinit {
        // Nobody will wait for it: the system may forget it when it has ended.
        pthread_detach(handle)
    }

    /// The number by which the system knows the calling thread.
    public static var number: Int32 { clinux_thread_number() }

    /// Lets the calling thread rest.
    public static func sleep(millis: Int) {
        _ = poll(nil, 0, Int32(clamping: millis))
    }

    /// Waits until the thread has ended.
    public consuming func join() {
        pthread_join(handle, nil)
        discard self
    }

    /// Waits until the thread has ended, but not for longer than that; one that has not is left to itself.
    ///
    /// - Returns: whether it has ended.
    public consuming func join(withinMillis millis: Int) -> Bool {
        let end = Clock.monotonicNanoseconds() + millis * 1_000_000
        var moment = timespec(tv_sec: end / 1_000_000_000, tv_nsec: end % 1_000_000_000)
        let hasEnded = unsafe clinux_join_until(handle, &moment) == 0
        if !hasEnded { pthread_detach(handle) }
        discard self
        return hasEnded
    }

    private final class Start {
        let name: String
        let body: () -> Void

        init(name: String, body: @escaping () -> Void) {
            self.name = name
            self.body = body
        }
    }
}
