/// What an event loop calls for a registered descriptor. All calls come on the loop's thread.
public protocol EventHandler: AnyObject {
    /// The descriptor became ready (edge-triggered: the news comes once, so read or write until it would block).
    func onReady(_ readiness: Readiness)

    /// The registration's deadline has passed. The deadline is cleared before the call.
    func onDeadline()

    /// A turn has come for what the handler left undone (``EventLoop/resumeNextTurn(_:)``). The kernel's events of the
    /// turn were handled before, the handler's own among them.
    func onTurn()
}

extension EventHandler {
    /// Nothing, for handlers that leave nothing undone.
    public func onTurn() {}
}

/// What a descriptor has become ready for.
public struct Readiness: OptionSet, Sendable {
    /// The bits of `epoll_event.events`.
    public let rawValue: UInt32

    /// Takes the bits as epoll gives them.
    @inlinable
    public init(rawValue: UInt32) {
        self.rawValue = rawValue
    }

    // Computed and inlined: a stored constant lies behind a call for other modules, which look at five with each event.

    /// There is something to read, be it the end (EPOLLIN).
    @inlinable public static var readable: Readiness { Readiness(rawValue: 0x001) }
    /// There is room to write, or a connect has ended (EPOLLOUT).
    @inlinable public static var writable: Readiness { Readiness(rawValue: 0x004) }
    /// The descriptor is in error; reading or writing tells which (EPOLLERR).
    @inlinable public static var failed: Readiness { Readiness(rawValue: 0x008) }
    /// Both directions are closed (EPOLLHUP).
    @inlinable public static var hungUp: Readiness { Readiness(rawValue: 0x010) }
    /// The peer has sent its end; bytes before it may still be unread (EPOLLRDHUP).
    @inlinable public static var peerEnded: Readiness { Readiness(rawValue: 0x2000) }
}

/// What the owner of an event loop is told between events. All calls come on the loop's thread.
public protocol EventLoopDelegate: AnyObject {
    /// The loop was woken by ``Waker/wake()``.
    func onWake()

    /// All events of one turn were handled; the loop is about to wait.
    func onTurnEnd()
}
