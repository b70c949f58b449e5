import CLinux
import Glibc

/// Wakes one event loop from any thread (an eventfd).
public final class Waker: Sendable {
    private let descriptor: Descriptor

    init() throws(SystemError) {
        let number = clinux_eventfd()
        guard number >= 0 else { throw .last("eventfd") }
        descriptor = Descriptor(taking: number)
    }

    var number: Int32 { descriptor.number }

    /// Makes the loop call ``EventLoopDelegate/onWake()`` soon. Wakes that come before it runs become one.
    public func wake() {
        // EAGAIN means that the counter is full: the loop is going to wake anyway.
        var one: UInt64 = 1
        _ = unsafe write(descriptor.number, &one, 8)
    }

    func clear() {
        var count: UInt64 = 0
        _ = unsafe read(descriptor.number, &count, 8)
    }
}
