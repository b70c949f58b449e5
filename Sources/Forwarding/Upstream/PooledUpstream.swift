/// A connection as its pool sees it, from the beginning of connecting on.
package protocol PooledUpstream: AnyObject {
    /// Its place in the pool.
    var slot: PoolSlot { get }

    /// Whether it is open since it was begun; else ``UpstreamPool/onOpened(_:)`` follows, or
    /// ``UpstreamPool/onFailed(_:_:)``.
    var isOpen: Bool { get }

    /// Lends it, or a stream of it, to an exchange.
    func lend(to exchange: Exchange) -> any UpstreamStream

    /// Takes no further exchange, and closes when it has none.
    func retire()
}

/// A connection that a pool keeps while it is idle, and lends whole.
package protocol KeptUpstream: PooledUpstream, UpstreamStream {
    /// Whether nothing has happened while it was idle, and it is young enough.
    ///
    /// - Parameter isHarmless: whether the request that it is for may be sent twice, should the member end the
    ///   connection at this moment.
    func isReusable(forHarmless isHarmless: Bool) -> Bool

    /// Gives it to an exchange.
    func begin(_ exchange: Exchange)

    /// Closes it.
    func close()
}

extension KeptUpstream {
    /// Lends it to an exchange.
    package func lend(to exchange: Exchange) -> any UpstreamStream {
        begin(exchange)
        return self
    }
}

/// A connection whose streams a pool lends one by one.
package protocol SharedUpstream: PooledUpstream {
    /// Whether it may have a further stream: not where it has none, and something has happened on it.
    var isUsable: Bool { get }

    /// Closes it if no stream is lent.
    ///
    /// - Returns: whether it was closed.
    func closeIfIdle() -> Bool
}
