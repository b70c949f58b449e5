import Reactor

/// One worker's idle connections to one member, the most recently used first.
///
/// Belongs to the worker's thread. After a reload the pool lives on if its member is still declared with the same
/// addresses; otherwise it is retired: idle connections are closed at once, the others when their exchange ends.
final class UpstreamPool {
    /// What a pool belongs to.
    struct Key: Hashable {
        let balancer: String
        let member: String
        let addresses: [SocketAddress]
    }

    let key: Key
    /// A list through the connections themselves, so that taking and keeping one are a few stores.
    private var newest: UpstreamConnection?
    private var idleCount = 0
    private var isRetired = false

    init(key: Key) {
        self.key = key
    }

    /// Takes the most recently used connection on which nothing has happened since.
    func take() -> UpstreamConnection? {
        while let connection = takeNewest() {
            if connection.isReusable() { return connection }
            connection.close()
        }
        return nil
    }

    private func takeNewest() -> UpstreamConnection? {
        guard let connection = newest.take() else { return nil }
        newest = connection.older.take()
        idleCount -= 1
        return connection
    }

    /// Keeps a connection whose exchange has ended cleanly.
    func keep(_ connection: UpstreamConnection) {
        guard !isRetired, idleCount < UpstreamLimits.idlePerMemberMax else { return connection.close() }
        connection.older = newest.take()
        newest = connection
        idleCount += 1
    }

    /// Takes an idle connection out of the list, which is walked to it: that happens to few.
    func remove(_ connection: UpstreamConnection) {
        guard newest !== connection else { return _ = takeNewest() }
        var newer = newest
        while let next = newer, next.older !== connection { newer = next.older }
        guard let newer else { return }
        newer.older = connection.older.take()
        idleCount -= 1
    }

    /// Closes the connection that has been idle for the longest time.
    ///
    /// - Returns: whether there was one.
    func closeOldest() -> Bool {
        guard var oldest = newest else { return false }
        while let older = oldest.older { oldest = older }
        remove(oldest)
        oldest.close()
        return true
    }

    /// Closes the idle connections, and the others when they come back.
    func retire() {
        isRetired = true
        while let connection = takeNewest() { connection.close() }
    }
}
