import Bytes
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
    private let idle = IdleList()
    private var reserve = Reserve(least: UpstreamLimits.idleLeast, bound: UpstreamLimits.idleMax)
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
        while let connection = idle.pop() {
            guard connection.isReusable() else {
                reserve.letGo()
                connection.close()
                continue
            }
            reserve.lendKept()
            connection.begin(exchange)
            return connection
        }
        return nil
    }

    /// Counts a connection that was made for an exchange.
    package func lendNew() {
        reserve.lendNew()
    }

    /// A connection is gone that an exchange had.
    package func lose() {
        reserve.lose()
    }

    /// Lends further streams of a connection.
    func share(_ connection: any SharedUpstream) {
        if !isRetired, key.terms.reuses { shared.append(connection) }
    }

    /// Lends no more streams of a connection.
    func forget(_ connection: any SharedUpstream) {
        shared.removeAll { $0 === connection }
    }

    /// Keeps a connection whose exchange has ended cleanly, or closes it.
    package func keep(_ connection: any KeptUpstream) {
        guard reserve.takeBack() else { return connection.close() }
        idle.push(connection)
        if isRetired { closeIdle() }
    }

    /// Takes an idle connection out.
    func remove(_ connection: any KeptUpstream) {
        idle.remove(connection)
        reserve.letGo()
    }

    // MARK: - Giving back

    /// Idle connections.
    package var idleCount: Int { reserve.keptCount }

    /// An interval of its ``Reserve`` is over.
    func endInterval() {
        reserve.endInterval()
    }

    /// Sets how many idle ones are kept at most.
    func keep(atMost count: Int) {
        reserve.bound = count
    }

    /// Closes those that have been idle for the longest time, where there are too many.
    ///
    /// - Parameter count: how many at most.
    /// - Returns: how many there were.
    func shed(_ count: Int) -> Int {
        let surplus = min(count, reserve.surplus)
        for _ in 0..<surplus { closeOldestIdle() }
        return surplus
    }

    /// Closes the connection that has been idle for the longest time.
    ///
    /// - Returns: whether there was one.
    func closeOldest() -> Bool {
        closeOldestIdle() || shared.contains { $0.closeIfIdle() }
    }

    @discardableResult
    private func closeOldestIdle() -> Bool {
        guard let oldest = idle.oldest else { return false }
        remove(oldest)
        oldest.close()
        return true
    }

    private func closeIdle() {
        while closeOldestIdle() {}
    }

    /// Closes the idle connections, and the others when they come back.
    func retire() {
        isRetired = true
        closeIdle()
        let connections = shared
        shared = []
        for connection in connections { connection.retire() }
    }
}
