import Reactor

/// One worker's idle connections to one member, the most recently used first.
///
/// Belongs to the worker's thread. After a reload the pool lives on if its member is still declared with the same addresses;
/// otherwise it is retired: idle connections are closed at once, the others when their exchange ends.
final class UpstreamPool {
    /// What a pool belongs to.
    struct Key: Hashable {
        let balancer: String
        let member: String
        let addresses: [SocketAddress]
    }

    let key: Key
    private var idle: [UpstreamConnection] = []
    private var isRetired = false

    init(key: Key) {
        self.key = key
        idle.reserveCapacity(UpstreamLimits.idlePerMemberMax)
    }

    /// Idle connections now.
    var idleCount: Int { idle.count }

    /// Takes the most recently used connection on which nothing has happened since.
    func take() -> UpstreamConnection? {
        while let connection = idle.popLast() {
            if connection.isReusable() { return connection }
            connection.close()
        }
        return nil
    }

    /// Keeps a connection whose exchange has ended cleanly.
    func keep(_ connection: UpstreamConnection) {
        guard !isRetired, idle.count < UpstreamLimits.idlePerMemberMax else { return connection.close() }
        idle.append(connection)
    }

    /// Forgets an idle connection that has closed itself.
    func remove(_ connection: UpstreamConnection) {
        guard let index = idle.lastIndex(where: { $0 === connection }) else { return }
        idle.remove(at: index)
    }

    /// Closes the connection that has been idle for the longest time.
    ///
    /// - Returns: whether there was one.
    func closeOldest() -> Bool {
        guard let connection = idle.first else { return false }
        idle.removeFirst()
        connection.close()
        return true
    }

    /// Closes the idle connections, and the others when they come back.
    func retire() {
        isRetired = true
        while let connection = idle.popLast() { connection.close() }
    }
}
