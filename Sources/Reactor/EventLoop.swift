import CLinux
import Glibc

/// One thread's events: descriptors by edge-triggered epoll, one deadline for each, and wakes from other threads.
///
/// Confined to the thread that calls ``run(_:)``; only ``waker`` may be used from others.
public final class EventLoop {
    /// Slots at the start; the table doubles when it is full.
    private static let slotsAtStart = 1024
    /// Deadlines that a turn looks at: of thousands of clients who came at once and said nothing, all pass at once.
    static let deadlinesMax = 16
    /// The token of the waker, which no slot can have.
    private static let wakerToken = UInt64.max
    /// What is told of a stream that nobody writes to who has to wait for room.
    private static let readingEvents = Readiness([.readable, .peerEnded]).rawValue | CLINUX_EPOLLET
    /// What is told of any other.
    private static let streamEvents = readingEvents | Readiness.writable.rawValue

    /// Wakes this loop from any thread.
    public let waker: Waker

    private let epoll: Epoll
    // Unchecked: this thread alone touches them, and none calls anything but itself and the slots while it is
    // accessed, nor lets a handler's last reference go. The check costs 11 calls of the run-time a request.
    @exclusivity(unchecked) private var slots: SlotTable
    @exclusivity(unchecked) private var wheel: TimerWheel
    @exclusivity(unchecked) private var resting = RestingList()
    /// The time of this turn.
    public let clock = TurnClock()
    private var isStopped = false
    /// Whether the kernel may have had more events than fitted into this turn's batch.
    private var isBatchFull = false
    /// Those who go on in the next turn, in the order in which they asked.
    private var unfinished: [Registration] = []
    /// Whether there are any: asking the array itself, each turn, would be checked for exclusivity at run time.
    private var hasUnfinished = false
    /// Whether more deadlines may have passed than this turn has looked at.
    private var hasPassed = false
    /// Those who go on in this turn; kept for its memory.
    private var resumed: [Registration] = []

    /// Makes a loop with nothing registered.
    public init() throws(SystemError) {
        waker = try Waker()
        epoll = try Epoll()
        unsafe slots = SlotTable(capacity: Self.slotsAtStart)
        unsafe wheel = TimerWheel(now: clock.nowMillis)
        try epoll.add(waker.number, events: Readiness.readable.rawValue | CLINUX_EPOLLET, token: Self.wakerToken)
    }

    /// Watches a stream's descriptor for reading, writing and its end, edge-triggered, from now to ``deregister(_:)``.
    ///
    /// One call for the life of a connection: an edge costs nothing while nobody waits for it (EPOLLOUT comes only
    /// after a write that would have blocked). But a socket that is connected has room, which is told in the next turn.
    ///
    /// - Parameter watchesRoom: whether it is watched for writing at once; if not, it is from
    ///   ``watchRoom(_:of:)`` on.
    public func register(
        _ descriptor: borrowing Descriptor, handler: any EventHandler, watchesRoom: Bool = true
    ) throws(SystemError) -> Registration {
        let events = watchesRoom ? Self.streamEvents : Self.readingEvents
        return try add(descriptor.number, events: events, handler: handler)
    }

    /// Watches a stream's descriptor for writing too. Where there is room already, that is told in the next turn.
    public func watchRoom(_ registration: Registration, of descriptor: borrowing Descriptor) {
        guard unsafe slots.isCurrent(registration) else { return }
        epoll.modify(descriptor.number, events: Self.streamEvents, token: registration.token)
    }

    /// Watches a listening descriptor that other loops watch too; one of them is woken for a connection
    /// (EPOLLEXCLUSIVE).
    ///
    /// Level-triggered: a loop that takes only some of the queue is told again.
    public func registerListener(
        _ descriptor: borrowing Descriptor, handler: any EventHandler
    ) throws(SystemError) -> Registration {
        try add(descriptor.number, events: Readiness.readable.rawValue | CLINUX_EPOLLEXCLUSIVE, handler: handler)
    }

    /// Watches a descriptor for reading, level-triggered.
    public func registerReader(
        _ descriptor: borrowing Descriptor, handler: any EventHandler
    ) throws(SystemError) -> Registration {
        try add(descriptor.number, events: Readiness.readable.rawValue, handler: handler)
    }

    /// Whether the kernel may have told this turn of an event that the registration's handler does not know yet.
    ///
    /// When not, nothing had happened to the descriptor that was not handled, up to the beginning of this turn: whoever
    /// wants to know that of an idle connection saves asking the kernel.
    public func mayHaveNews(_ registration: Registration) -> Bool {
        guard unsafe slots.isCurrent(registration) else { return true }
        return unsafe isBatchFull || slots[registration.slot].isEventPending
    }

    /// Makes a registration that has a deadline only.
    public func registerTimer(handler: any EventHandler) -> Registration {
        unsafe slots.take(for: handler)
    }

    /// Calls ``EventHandler/onTurn()`` in the next turn, which follows without a wait: what is left undone is done
    /// then.
    ///
    /// That is how a handler with more to do than a turn should take lets the others have theirs. Asked for again, it
    /// is still one call.
    public func resumeNextTurn(_ registration: Registration) {
        guard unsafe slots.isCurrent(registration), unsafe !slots[registration.slot].isUnfinished else { return }
        unsafe slots[registration.slot].isUnfinished = true
        unfinished.append(registration)
        hasUnfinished = true
    }

    /// Says that a registration's handler has come to rest in this turn: it could go first, if somebody had to.
    ///
    /// Nothing is to be said when it becomes busy again; who takes it out looks at that.
    public func rest(_ registration: Registration) {
        guard unsafe slots.isCurrent(registration) else { return }
        unsafe resting.append(registration.slot, now: clock.nowMillis, in: &slots)
    }

    /// Milliseconds of the loop's clock at which the one came to rest that did so first; `nil` when there is none. It
    /// may have become busy again.
    public var longestRestMillis: Int? {
        let slot = unsafe resting.oldest
        return slot < 0 ? nil : unsafe slots[slot].restingSince
    }

    /// Takes out who came to rest first, and may have become busy again; ``rest(_:)`` puts it back.
    public func takeLongestResting() -> (any EventHandler)? {
        let slot = unsafe resting.oldest
        guard slot >= 0 else { return nil }
        unsafe resting.remove(slot, in: &slots)
        return unsafe slots[slot].handler
    }

    /// Hands on who is registered in some of the table's slots, for who looks for somebody and does so in pieces.
    ///
    /// - Parameters:
    ///   - first: the first slot, 0 or more.
    ///   - count: how many slots are looked at.
    ///   - body: may register others and end registrations.
    /// - Returns: the slot to go on with; `nil`: that was the last one.
    public func visit(from first: Int, count: Int, _ body: (Registration, any EventHandler) -> Void) -> Int? {
        let end = unsafe min(first + count, slots.count)
        for index in first..<max(first, end) {
            let slot = Int32(index)
            guard let handler = unsafe slots[slot].handler else { continue }
            body(Registration(slot: slot, generation: unsafe slots[slot].generation), handler)
        }
        return unsafe end < slots.count ? end : nil
    }

    /// Who is registered; `nil`: nobody any longer.
    public func handler(of registration: Registration) -> (any EventHandler)? {
        unsafe slots.isCurrent(registration) ? slots[registration.slot].handler : nil
    }

    /// Gives a registration's further events to another handler.
    public func rebind(_ registration: Registration, to handler: any EventHandler) {
        guard unsafe slots.isCurrent(registration) else { return }
        let old = unsafe slots.replaceHandler(of: registration.slot, by: handler)
        withExtendedLifetime(old) {}
    }

    /// Ends a registration whose descriptor is closed right after, which is how the kernel forgets it.
    public func deregister(_ registration: Registration) {
        guard unsafe slots.isCurrent(registration) else { return }
        unsafe wheel.remove(registration.slot, in: &slots)
        unsafe resting.remove(registration.slot, in: &slots)
        let handler = unsafe slots.free(registration.slot)
        withExtendedLifetime(handler) {}
    }

    /// Ends a registration whose descriptor stays open.
    public func deregister(_ registration: Registration, keeping descriptor: borrowing Descriptor) {
        guard unsafe slots.isCurrent(registration) else { return }
        epoll.remove(descriptor.number)
        deregister(registration)
    }

    /// Sets or moves the deadline of a registration. Moving it later costs one store.
    ///
    /// - Parameter millis: milliseconds from the beginning of this turn, 0 or more; what the clock cannot reach is
    ///   never.
    public func setDeadline(_ registration: Registration, after millis: Int) {
        guard unsafe slots.isCurrent(registration) else { return }
        let (deadline, isNever) = clock.nowMillis.addingReportingOverflow(millis)
        unsafe wheel.set(registration.slot, deadline: isNever ? Int.max : deadline, in: &slots)
    }

    /// Removes the deadline of a registration.
    public func clearDeadline(_ registration: Registration) {
        guard unsafe slots.isCurrent(registration) else { return }
        unsafe wheel.clear(registration.slot, in: &slots)
    }

    /// Milliseconds that the loop would wait for events now: 0 where somebody has asked for the next turn or deadlines
    /// are left to it, -1 where nothing has a deadline.
    public var waitMillis: Int32 {
        unsafe hasUnfinished || hasPassed ? 0 : wheel.waitMillis(now: clock.nowMillis)
    }

    /// Handles events on the calling thread until ``stop()``.
    public func run(_ delegate: any EventLoopDelegate) {
        isStopped = false
        // The time of `init` may be long ago, and the first wait is counted from it.
        clock.set(to: Clock.monotonicNanoseconds())
        while !isStopped {
            let count = epoll.wait(timeoutMillis: waitMillis)
            clock.beginTurn(at: Clock.monotonicNanoseconds())
            isBatchFull = count == Epoll.eventsMax
            for index in 0..<count { announce(Registration(token: epoll.event(at: index).token)) }
            for index in 0..<count { dispatch(epoll.event(at: index), to: delegate) }
            if hasUnfinished { resumeUnfinished() }
            expireDeadlines()
            delegate.onTurnEnd()
        }
    }

    /// Makes ``run(_:)`` return at the end of this turn. Called on the loop's thread.
    public func stop() {
        isStopped = true
    }

    private func add(
        _ number: Int32, events: UInt32, handler: any EventHandler
    ) throws(SystemError) -> Registration {
        let registration = unsafe slots.take(for: handler)
        do {
            try epoll.add(number, events: events, token: registration.token)
        } catch {
            unsafe slots.free(registration.slot)
            throw error
        }
        return registration
    }

    private func announce(_ registration: Registration) {
        guard unsafe slots.isCurrent(registration) else { return }
        unsafe slots[registration.slot].isEventPending = true
    }

    private func dispatch(_ event: (readiness: Readiness, token: UInt64), to delegate: any EventLoopDelegate) {
        if event.token == Self.wakerToken {
            waker.clear()
            delegate.onWake()
            return
        }
        let registration = Registration(token: event.token)
        // A handler earlier in this turn may have closed this descriptor.
        guard unsafe slots.isCurrent(registration), let handler = unsafe slots[registration.slot].handler
        else { return }
        unsafe slots[registration.slot].isEventPending = false
        handler.onReady(event.readiness)
    }

    /// Lets those go on who had more to do than their last turn took. Who asks again meanwhile has the next turn for
    /// it.
    private func resumeUnfinished() {
        hasUnfinished = false
        swap(&unfinished, &resumed)
        for index in resumed.indices {
            let registration = resumed[index]
            guard unsafe slots.isCurrent(registration), let handler = unsafe slots[registration.slot].handler
            else { continue }
            unsafe slots[registration.slot].isUnfinished = false
            handler.onTurn()
        }
        resumed.removeAll(keepingCapacity: true)
    }

    /// Tells those whose deadline has passed; those who are too many for this turn in the next one.
    private func expireDeadlines() {
        hasPassed = false
        for _ in 0..<Self.deadlinesMax {
            guard let slot = unsafe wheel.nextExpired(now: clock.nowMillis, in: &slots) else { return }
            let handler = unsafe slots[slot].handler
            handler?.onDeadline()
        }
        hasPassed = true
    }
}
