/// The idle connections of a pool, the most recently used first: a list through the connections themselves, so that
/// each is kept, taken and removed with a few stores, however many there are.
///
/// A class: an access to a structure's property in the pool would span calls, and be checked for exclusivity at run
/// time.
final class IdleList {
    private(set) var newest: (any KeptUpstream)?
    unowned private(set) var oldest: (any KeptUpstream)?

    /// Puts a connection that is in no list before the others.
    func push(_ connection: any KeptUpstream) {
        if let next = newest.take() {
            next.slot.newer = connection
            connection.slot.older = next
        } else {
            oldest = connection
        }
        newest = connection
    }

    /// Takes the most recently used one out.
    func pop() -> (any KeptUpstream)? {
        guard let connection = newest.take() else { return nil }
        let older = connection.slot.older.take()
        if let older { older.slot.newer = nil } else { oldest = nil }
        newest = older
        return connection
    }

    /// Takes out a connection that is in the list.
    func remove(_ connection: any KeptUpstream) {
        let slot = connection.slot
        let (newer, older) = (slot.newer, slot.older.take())
        slot.newer = nil
        if let older { older.slot.newer = newer } else { oldest = newer }
        if let newer { newer.slot.older = older } else { newest = older }
    }
}
