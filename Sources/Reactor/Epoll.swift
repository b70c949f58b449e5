import CLinux
import Glibc

/// The kernel's epoll, with room for one turn's events.
@safe
struct Epoll: ~Copyable {
    /// Events taken from the kernel in one turn.
    static let eventsMax = 256

    private let descriptor: Descriptor
    private let events: UnsafeMutablePointer<clinux_epoll_event>

    init() throws(SystemError) {
        let number = clinux_epoll_create()
        guard number >= 0 else { throw .last("epoll_create1") }
        descriptor = Descriptor(taking: number)
        unsafe events = .allocate(capacity: Self.eventsMax)
    }

    deinit {
        unsafe events.deallocate()
    }

    func add(_ number: Int32, events: UInt32, token: UInt64) throws(SystemError) {
        guard clinux_epoll_add(descriptor.number, number, events, token) == 0 else { throw .last("epoll_ctl") }
    }

    /// Watches for other events. Those that are there already are told.
    func modify(_ number: Int32, events: UInt32, token: UInt64) {
        let result = clinux_epoll_modify(descriptor.number, number, events, token)
        precondition(result == 0, "what is watched can be watched for something else")
    }

    func remove(_ number: Int32) {
        _ = clinux_epoll_remove(descriptor.number, number)
    }

    /// Waits for events.
    ///
    /// - Parameter timeoutMillis: milliseconds, -1 for ever.
    /// - Returns: how many events there are; 0 also when a signal interrupted the wait.
    func wait(timeoutMillis: Int32) -> Int {
        let count = unsafe clinux_epoll_wait(descriptor.number, events, Int32(Self.eventsMax), timeoutMillis)
        precondition(count >= 0 || errno == EINTR, "epoll_wait failed on its own descriptor")
        return max(0, Int(count))
    }

    /// The event at `index` of the last wait.
    func event(at index: Int) -> (readiness: Readiness, token: UInt64) {
        precondition(index >= 0 && index < Self.eventsMax, "event index outside of the turn")
        let event = unsafe events[index]
        return (Readiness(rawValue: event.events), event.token)
    }
}
