import CLinux
import Glibc

/// Signals read as events instead of interrupting a thread.
public struct SignalDescriptor: ~Copyable {
    /// Becomes readable when a signal has arrived.
    public let descriptor: Descriptor

    /// Blocks the signals in the calling thread, and in all that it starts from then on, and opens a descriptor for
    /// them.
    ///
    /// Called before the first thread is started.
    public init(blocking signals: [Int32]) throws(SystemError) {
        var set = sigset_t()
        unsafe sigemptyset(&set)
        for signal in signals { unsafe sigaddset(&set, signal) }
        unsafe pthread_sigmask(SIG_BLOCK, &set, nil)
        let number = unsafe clinux_signalfd(&set)
        guard number >= 0 else { throw .last("signalfd") }
        descriptor = Descriptor(taking: number)
    }

    /// The number of the next signal that has arrived, or `nil`.
    public func next() -> Int32? {
        var information = signalfd_siginfo_words(repeating: 0)
        let size = MemoryLayout<signalfd_siginfo_words>.size
        let count = unsafe withUnsafeMutableBytes(of: &information) { bytes in
            unsafe read(descriptor.number, bytes.baseAddress, size)
        }
        return count == size ? Int32(information[0]) : nil
    }

    /// Lets the next of the signals end the process at once, with the exit code 128 and its number, whatever the
    /// calling thread waits for by then.
    ///
    /// One that has arrived and was not read ends it in this call. By a handler, since the kernel keeps a signal
    /// without one from the first process of a container.
    public func endProcess(on signals: [Int32]) {
        var set = sigset_t()
        unsafe sigemptyset(&set)
        for number in signals {
            unsafe sigaddset(&set, number)
            _ = signal(number) { _exit(128 + $0) }
        }
        unsafe pthread_sigmask(SIG_UNBLOCK, &set, nil)
    }

    /// `struct signalfd_siginfo`: 128 bytes, of which the first four are the signal's number.
    private typealias signalfd_siginfo_words = InlineArray<32, UInt32>
}
