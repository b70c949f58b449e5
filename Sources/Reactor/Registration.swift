/// Names a registered descriptor or timer of one event loop; stale ones are recognised and ignored.
public struct Registration: Hashable, Sendable {
    /// generation << 32 | slot, as epoll carries it.
    let token: UInt64

    init(slot: Int32, generation: UInt32) {
        token = UInt64(generation) << 32 | UInt64(UInt32(bitPattern: slot))
    }

    init(token: UInt64) {
        self.token = token
    }

    /// Index of the entry in the loop's table.
    package var slot: Int32 { Int32(truncatingIfNeeded: token) }
    var generation: UInt32 { UInt32(truncatingIfNeeded: token >> 32) }
}

/// One entry of an event loop's table: a handler with its deadline in the timing wheel.
struct Slot {
    var handler: (any EventHandler)?
    var generation: UInt32 = 0
    /// Whether this turn's batch holds an event that the handler has not been given yet.
    var isEventPending = false
    /// Whether the handler has asked for the next turn.
    var isUnfinished = false
    /// Whether the entry is in the list of those at rest.
    var isAtRest = false
    /// Milliseconds of the loop's clock; `Int.max` for none.
    var deadline = Int.max
    /// The wheel's tick that this entry waits in; `Int.max` while it is in no bucket.
    var scheduledTick = Int.max
    /// Neighbours in the bucket, or the next free slot in `next`; -1 ends a list.
    var next: Int32 = -1
    var previous: Int32 = -1
    /// Neighbours in the list of those at rest; -1 ends it.
    var younger: Int32 = -1
    var older: Int32 = -1
    /// Milliseconds of the loop's clock at which it came to rest.
    var restingSince = 0
}
