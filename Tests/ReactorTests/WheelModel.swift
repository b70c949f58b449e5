import Reactor

/// A timing wheel with its slots and a clock that the test moves.
final class WheelModel {
    var now: Int
    var slots = SlotTable(capacity: 2)
    var wheel: TimerWheel
    private let handler = SilentHandler()

    init(now: Int) {
        self.now = now
        wheel = TimerWheel(now: now)
    }

    /// Makes an entry; its slot is what the wheel answers with.
    func take() -> Registration {
        slots.take(for: handler)
    }

    func free(_ registration: Registration) {
        slots.free(registration.slot)
    }

    func isCurrent(_ registration: Registration) -> Bool {
        slots.isCurrent(registration)
    }

    func set(_ registration: Registration, after millis: Int) {
        wheel.set(registration.slot, deadline: now + millis, in: &slots)
    }

    /// All slots whose deadline has passed by now, in the order in which they come.
    func expired() -> [Int32] {
        var slots: [Int32] = []
        while let slot = wheel.nextExpired(now: now, in: &self.slots) { slots.append(slot) }
        return slots
    }

    /// Sleeps as the loop does, until something expires.
    ///
    /// - Returns: what has expired, the clock's reading in ``now``, and how often the loop would have been woken; `nil`
    ///   when the wheel would let it sleep for ever or spin.
    func sleepUntilExpiry() -> (slots: [Int32], wakes: Int)? {
        var wakes = 0
        while true {
            let slots = expired()
            if !slots.isEmpty { return (slots, wakes) }
            let wait = wheel.waitMillis(now: now)
            guard wait > 0 else { return nil }
            now += Int(wait)
            wakes += 1
        }
    }
}

/// A handler that nothing is expected to call.
final class SilentHandler: EventHandler {
    func onReady(_ readiness: Readiness) {}
    func onDeadline() {}
}
