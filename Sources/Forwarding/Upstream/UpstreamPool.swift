import Model
import Reactor

/// One worker's connections to one member: idle ones of HTTP/1.1, the most recently used first, or those of HTTP/2 that
/// exchanges share.
///
/// Belongs to the worker's thread. After a reload the pool lives on if its member is still declared with the same
/// addresses and terms; otherwise it is retired: idle connections are closed at once, the others when their exchange
/// ends.
package final class UpstreamPool {
    /// What a pool belongs to.
    package struct Key: Hashable {
        /// The balancer's name.
        let balancer: String
        /// The member's name.
        package let member: String
        /// Where it may be, best first.
        let addresses: [SocketAddress]
        let speaks: MemberConfiguration.ApplicationProtocol
        let terms: UpstreamTerms
    }

    /// Whose connections they are.
    package let key: Key
    /// The beginning of the list of idle ones.
    private var newest: (any KeptUpstream)?
    private var idleCount = 0
    private var isRetired = false
    /// Connections of HTTP/2 that may have room for further streams.
    private var shared: [any SharedUpstream] = []
    /// Streams that the member took on its last connection, and so will take on the next.
    var streamsExpected = UpstreamLimits.streamsPerConnectionMax

    init(key: Key) {
        self.key = key
    }

    /// Whether exchanges share connections.
    var isShared: Bool { key.speaks == .http2Cleartext }

    /// Lends an exchange a stream on a connection that is there.
    ///
    /// - Parameter addressIndex: the first of the member's addresses that it may lead to; of use where connections are
    ///   shared.
    func take(for exchange: Exchange, from addressIndex: Int = 0) -> (any UpstreamStream)? {
        guard !isShared else {
            return shared.first { $0.addressIndex >= addressIndex && $0.hasRoom }?.lend(to: exchange)
        }
        while let connection = takeNewest() {
            guard connection.isReusable() else {
                connection.close()
                continue
            }
            connection.begin(exchange)
            return connection
        }
        return nil
    }

    /// Lends further streams of a connection.
    func share(_ connection: any SharedUpstream) {
        if !isRetired, key.terms.reuses { shared.append(connection) }
    }

    /// Lends no more streams of a connection.
    func forget(_ connection: any SharedUpstream) {
        shared.removeAll { $0 === connection }
    }

    private func takeNewest() -> (any KeptUpstream)? {
        guard let connection = newest.take() else { return nil }
        newest = connection.link.older.take()
        idleCount -= 1
        return connection
    }

    /// Keeps a connection whose exchange has ended cleanly.
    package func keep(_ connection: any KeptUpstream) {
        guard !isRetired, idleCount < UpstreamLimits.idlePerMemberMax else { return connection.close() }
        connection.link.older = newest.take()
        newest = connection
        idleCount += 1
    }

    /// Takes an idle connection out of the list, which is walked to it: that happens to few.
    func remove(_ connection: any KeptUpstream) {
        guard newest !== connection else { return _ = takeNewest() }
        var newer = newest
        while let next = newer, next.link.older !== connection { newer = next.link.older }
        guard let newer else { return }
        newer.link.older = connection.link.older.take()
        idleCount -= 1
    }

    /// Closes the connection that has been idle for the longest time.
    ///
    /// - Returns: whether there was one.
    func closeOldest() -> Bool {
        guard var oldest = newest else { return shared.contains { $0.closeIfIdle() } }
        while let older = oldest.link.older { oldest = older }
        remove(oldest)
        oldest.close()
        return true
    }

    /// Closes the idle connections, and the others when they come back.
    func retire() {
        isRetired = true
        while let connection = takeNewest() { connection.close() }
        let connections = shared
        shared = []
        for connection in connections { connection.retire() }
    }
}
