/// A hashed timing wheel over the slots of an event loop.
///
/// A bucket holds the slots that are to be looked at in one tick; a deadline further away than one turn of the wheel is
/// looked at once a turn. Moving a deadline later costs one store: the entry stays where it is and moves on when its
/// tick comes.
///
/// Safe because bucket indices are reduced by the mask before use.
@safe
package struct TimerWheel: ~Copyable {
    /// Milliseconds of a tick: what a deadline may be late at most, beside the loop's own delay.
    package static let tickMillis = 32
    /// Buckets, a power of two: 16 s for a turn of the wheel.
    package static let bucketCount = 512

    private let heads: UnsafeMutablePointer<Int32>
    private var occupied = InlineArray<8, UInt64>(repeating: 0)
    private var currentTick: Int

    /// Makes an empty wheel.
    ///
    /// - Parameter now: milliseconds of the loop's clock, as all times here.
    package init(now: Int) {
        unsafe heads = .allocate(capacity: Self.bucketCount)
        unsafe heads.initialize(repeating: -1, count: Self.bucketCount)
        currentTick = now / Self.tickMillis
    }

    deinit {
        unsafe heads.deallocate()
    }

    /// Sets a slot's deadline.
    @inline(__always)
    package mutating func set(_ index: Int32, deadline: Int, in slots: inout SlotTable) {
        slots[index].deadline = deadline
        let tick = tick(for: deadline)
        if tick < slots[index].scheduledTick { move(index, to: tick, in: &slots) }
    }

    private mutating func move(_ index: Int32, to tick: Int, in slots: inout SlotTable) {
        unlink(index, in: &slots)
        link(index, tick: tick, in: &slots)
    }

    /// Removes a slot's deadline; the slot leaves the wheel when its tick comes.
    package func clear(_ index: Int32, in slots: inout SlotTable) {
        slots[index].deadline = Int.max
    }

    /// Takes a slot out of the wheel.
    package mutating func remove(_ index: Int32, in slots: inout SlotTable) {
        slots[index].deadline = Int.max
        unlink(index, in: &slots)
    }

    /// The next slot whose deadline has passed, out of the wheel and without a deadline; `nil` when there is none.
    package mutating func nextExpired(now: Int, in slots: inout SlotTable) -> Int32? {
        let nowTick = now / Self.tickMillis
        while true {
            while let index = head(currentTick) {
                unlink(index, in: &slots)
                let deadline = slots[index].deadline
                if deadline <= now {
                    slots[index].deadline = Int.max
                    return index
                }
                if deadline != Int.max { link(index, tick: tick(for: deadline), in: &slots) }
            }
            guard currentTick < nowTick else { return nil }
            // A loop that slept for more than a turn of the wheel has seen each bucket after one turn.
            currentTick = max(currentTick, nowTick - Self.bucketCount) + 1
        }
    }

    /// Milliseconds until a slot must be looked at, or -1 when the wheel is empty.
    ///
    /// Asked when ``nextExpired(now:in:)`` has found no more, so that it is never 0.
    package func waitMillis(now: Int) -> Int32 {
        let currentWord = currentTick >> 6
        for distance in 0..<8 {
            var bits = occupied[(currentWord + distance) & 7]
            if distance == 0 { bits &= ~0 << UInt64(currentTick & 63) }
            guard bits != 0 else { continue }
            let tick = (currentWord + distance) * 64 + bits.trailingZeroBitCount
            return Int32(clamping: max(0, tick * Self.tickMillis - now))
        }
        // What is left lies in the passed part of the current word, almost a turn ahead.
        return occupied[currentWord & 7] == 0 ? -1 : Int32(Self.bucketCount / 2 * Self.tickMillis)
    }

    /// The tick in which a deadline is looked at: after it has passed, within one turn of the wheel, never the current
    /// one.
    private func tick(for deadline: Int) -> Int {
        let tick = deadline / Self.tickMillis + 1
        return min(max(tick, currentTick + 1), currentTick + Self.bucketCount - 1)
    }

    private func head(_ tick: Int) -> Int32? {
        let index = unsafe heads[tick & (Self.bucketCount - 1)]
        return index < 0 ? nil : index
    }

    private mutating func link(_ index: Int32, tick: Int, in slots: inout SlotTable) {
        let bucket = tick & (Self.bucketCount - 1)
        let first = unsafe heads[bucket]
        slots[index].scheduledTick = tick
        slots[index].previous = -1
        slots[index].next = first
        if first >= 0 { slots[first].previous = index }
        unsafe heads[bucket] = index
        occupied[bucket >> 6] |= 1 << UInt64(bucket & 63)
    }

    private mutating func unlink(_ index: Int32, in slots: inout SlotTable) {
        let tick = slots[index].scheduledTick
        guard tick != Int.max else { return }
        let bucket = tick & (Self.bucketCount - 1)
        let next = slots[index].next
        let previous = slots[index].previous
        if next >= 0 { slots[next].previous = previous }
        if previous >= 0 {
            slots[previous].next = next
        } else {
            unsafe heads[bucket] = next
            if next < 0 { occupied[bucket >> 6] &= ~(1 << UInt64(bucket & 63)) }
        }
        slots[index].scheduledTick = Int.max
        slots[index].next = -1
        slots[index].previous = -1
    }
}
