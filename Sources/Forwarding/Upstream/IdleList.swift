/// The idle connections of a pool, the most recently used first: a list through their places, so that each is kept,
/// taken and removed with a few stores, however many there are.
///
/// A class: an access to a structure's property in the pool would span calls, and be checked for exclusivity at run
/// time.
final class IdleList {
    private(set) var newest: PoolSlot?
    private(set) var oldest: PoolSlot?

    deinit {
        // Places lead to one another in both directions and to their connections, and would keep each other for ever.
        while let slot = pop() { slot.kept = nil }
    }

    /// Puts a place that is in no list before the others.
    func push(_ slot: PoolSlot) {
        if let next = newest.take() {
            next.newer = slot
            slot.older = next
        } else {
            oldest = slot
        }
        newest = slot
    }

    /// Takes the most recently used one out.
    func pop() -> PoolSlot? {
        guard let slot = newest.take() else { return nil }
        if let older = slot.older.take() {
            older.newer = nil
            newest = older
        } else {
            oldest = nil
        }
        return slot
    }

    /// Takes out a place that is in the list.
    func remove(_ slot: PoolSlot) {
        let (newer, older) = (slot.newer, slot.older)
        slot.newer = nil
        slot.older = nil
        if let older { older.newer = newer } else { oldest = newer }
        if let newer { newer.older = older } else { newest = older }
    }
}
