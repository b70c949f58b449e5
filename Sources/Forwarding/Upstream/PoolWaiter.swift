import Bytes
import HTTP

/// A request that waits for a connection to its member: the stream of its exchange, until the pool has one.
package final class PoolWaiter: UpstreamStream, InLine {
    /// Where it waits.
    package let pool: UpstreamPool
    /// Which of the member's addresses is asked for at first; when it has failed, which one that was.
    package private(set) var addressIndex: Int
    private var exchange: Exchange?
    private(set) var later: PoolWaiter?
    private(set) unowned var earlier: PoolWaiter?
    private(set) var isInLine = false

    /// - Parameter exchange: whose request it is.
    package init(_ exchange: Exchange?, for pool: UpstreamPool, addressIndex: Int) {
        self.exchange = exchange
        self.pool = pool
        self.addressIndex = addressIndex
    }

    /// No: nothing may be sent yet.
    package var isConnected: Bool { false }

    /// No: nothing was sent.
    package var isWriteBlocked: Bool { false }

    /// As far as is known.
    package var takesWebSocket: Bool { true }

    /// As far as is known.
    package var continues: Bool { true }

    /// Whether its request does no harm when it is sent twice.
    var isHarmless: Bool { exchange?.facts.method.isIdempotent ?? true }

    func setLater(_ waiter: PoolWaiter?) { later = waiter }

    func setEarlier(_ waiter: PoolWaiter?) { earlier = waiter }

    func setInLine(_ isInLine: Bool) { self.isInLine = isInLine }

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

    // What is asked of a connection that there is.

    /// Takes nothing.
    package func write(_ buffer: Buffer, _ range: Range<Int>) -> Int { 0 }

    /// Nothing: nothing was sent.
    package func endWriting() {}

    /// Nothing: the connections that are being made have their own time.
    package func expectProgress(withinMillis millis: Int) {}

    /// Nothing, likewise.
    package func expectNothing() {}

    /// Nothing: nobody has answered.
    package func becomeTunnel() {}

    /// Nothing: there is nothing to read.
    package func resume() {}
}
