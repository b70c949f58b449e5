/// The registrations of an event loop that have come to rest, the one that has been at rest for the longest time first.
///
/// A list through the slots themselves: coming to rest is a few stores, and two for who did so last. Who becomes busy
/// again stays in the list, until he comes to rest again or is taken out as the oldest.
package struct RestingList {
    /// The first slot; -1 when the list is empty.
    package private(set) var oldest: Int32 = -1
    private var youngest: Int32 = -1

    /// Makes an empty list.
    package init() {}

    /// Puts a slot at the young end, whether or not it is in the list.
    ///
    /// - Parameter now: milliseconds of the loop's clock.
    package mutating func append(_ index: Int32, now: Int, in slots: inout SlotTable) {
        slots[index].restingSince = now
        guard youngest != index else { return }
        remove(index, in: &slots)
        slots[index].isAtRest = true
        slots[index].older = youngest
        if youngest >= 0 { slots[youngest].younger = index } else { oldest = index }
        youngest = index
    }

    /// Takes a slot out, if it is in the list.
    package mutating func remove(_ index: Int32, in slots: inout SlotTable) {
        guard slots[index].isAtRest else { return }
        let younger = slots[index].younger
        let older = slots[index].older
        if older >= 0 { slots[older].younger = younger } else { oldest = younger }
        if younger >= 0 { slots[younger].older = older } else { youngest = older }
        slots[index].isAtRest = false
        slots[index].younger = -1
        slots[index].older = -1
    }
}
