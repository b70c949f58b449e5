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
            next.link.newer = connection
            connection.link.older = next
        } else {
            oldest = connection
        }
        newest = connection
    }

    /// Takes the most recently used one out.
    func pop() -> (any KeptUpstream)? {
        guard let connection = newest.take() else { return nil }
        let older = connection.link.older.take()
        if let older { older.link.newer = nil } else { oldest = nil }
        newest = older
        return connection
    }

    /// Takes out a connection that is in the list.
    func remove(_ connection: any KeptUpstream) {
        let link = connection.link
        let (newer, older) = (link.newer, link.older.take())
        link.newer = nil
        if let older { older.link.newer = newer } else { oldest = newer }
        if let newer { newer.link.older = older } else { newest = older }
    }
}

/// The place of a connection in an ``IdleList``.
package final class IdleLink {
    /// The next older one.
    var older: (any KeptUpstream)?
    /// The next newer one.
    unowned var newer: (any KeptUpstream)?

    /// In no list.
    package init() {}
}
