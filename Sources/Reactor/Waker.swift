import CLinux
import Glibc

/// Wakes one event loop, or a thread that waits for it, from any thread (an eventfd).
public final class Waker: Sendable {
    private let descriptor: Descriptor

    /// Makes a waker that nobody has woken.
    public init() throws(SystemError) {
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

    /// Waits until it is woken or the time is over, on a thread without a loop; takes the wakes away.
    ///
    /// - Parameter millis: -1: without end.
    public func wait(millis: Int) {
        var item = pollfd(fd: descriptor.number, events: Int16(POLLIN), revents: 0)
        _ = unsafe poll(&item, 1, Int32(clamping: millis))
        clear()
    }

    /// Waits until it is woken, a descriptor takes more bytes, or the time is over; takes the wakes away.
    ///
    /// - Parameter millis: -1: without end.
    func wait(orRoomIn number: Int32, millis: Int) {
        var items = [
            pollfd(fd: number, events: Int16(POLLOUT), revents: 0),
            pollfd(fd: descriptor.number, events: Int16(POLLIN), revents: 0),
        ]
        _ = unsafe poll(&items, nfds_t(items.count), Int32(clamping: millis))
        clear()
    }

    func clear() {
        var count: UInt64 = 0
        _ = unsafe read(descriptor.number, &count, 8)
    }
}
