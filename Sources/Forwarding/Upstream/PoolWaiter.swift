import Bytes

/// A request that waits for a connection to its member: the stream of its exchange, until the pool has one.
package final class PoolWaiter: UpstreamStream {
    package let pool: UpstreamPool
    /// Which of the member's addresses is asked for at first; when it has failed, which one that was.
    package private(set) var addressIndex: Int
    private var exchange: Exchange?
    /// The one that came next.
    fileprivate var later: PoolWaiter?
    /// The one that came before.
    fileprivate unowned var earlier: PoolWaiter?
    /// Whether it is in the pool's line.
    fileprivate(set) var isWaiting = false

    package init(_ exchange: Exchange?, for pool: UpstreamPool, addressIndex: Int) {
        self.exchange = exchange
        self.pool = pool
        self.addressIndex = addressIndex
    }

    package var isConnected: Bool { false }

    package var isWriteBlocked: Bool { false }

    package var takesWebSocket: Bool { true }

    /// Gives the request its connection.
    func serve(with connection: any PooledUpstream) {
        guard let exchange = exchange.take() else { return }
        exchange.onUpstreamConnected(connection.lend(to: exchange))
    }

    /// No connection could be made.
    func fail(_ failure: UpstreamFailure, at addressIndex: Int) {
        guard let exchange = exchange.take() else { return }
        self.addressIndex = addressIndex
        exchange.onUpstreamFailure(failure, isAnswered: false)
    }

    /// Waits no longer.
    package func close() {
        exchange = nil
        pool.leave(self)
    }

    package func write(_ buffer: Buffer, _ range: Range<Int>) -> Int { 0 }

    package func endWriting() {}

    package func expectProgress(withinMillis millis: Int) {}

    package func expectNothing() {}

    package func becomeTunnel() {}

    package func resume() {}
}

/// The requests that wait for a connection, in the order in which they came: a list through themselves, so that each
/// comes and leaves with a few stores.
final class PoolLine {
    private(set) var first: PoolWaiter?
    unowned private var last: PoolWaiter?
    private(set) var count = 0

    /// Puts one behind the others.
    func append(_ waiter: PoolWaiter) {
        waiter.isWaiting = true
        if let last {
            last.later = waiter
            waiter.earlier = last
        } else {
            first = waiter
        }
        last = waiter
        count += 1
    }

    /// Takes out one that waits, wherever it stands.
    func remove(_ waiter: PoolWaiter) {
        guard waiter.isWaiting else { return }
        waiter.isWaiting = false
        let (earlier, later) = (waiter.earlier, waiter.later.take())
        waiter.earlier = nil
        if let later { later.earlier = earlier } else { last = earlier }
        if let earlier { earlier.later = later } else { first = later }
        count -= 1
    }

    /// Takes out who came first.
    func removeFirst() -> PoolWaiter? {
        guard let first else { return nil }
        remove(first)
        return first
    }
}
