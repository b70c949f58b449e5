import HTTP
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
        package let addresses: [SocketAddress]
        let speaks: MemberConfiguration.ApplicationProtocol
        let terms: UpstreamTerms
    }

    /// Whose connections they are.
    package let key: Key
    /// Who gets which.
    package let machine: PoolMachine
    /// Streams that the member took on its last connection, and so will take on the next.
    var streamsExpected = UpstreamLimits.streamsPerConnectionMax

    /// How long the member keeps connections that are idle.
    private var idleLimit = IdleLimit()
    /// Milliseconds that a connection may be idle.
    private(set) var idleMillis: Int

    init(key: Key) {
        self.key = key
        idleMillis = key.terms.idleMillis
        machine = PoolMachine(reuses: key.terms.reuses)
    }

    /// Whether exchanges share connections.
    var isShared: Bool { key.speaks == .http2Cleartext }

    // MARK: - Requests

    /// Lends an exchange a connection that is idle, or a stream of one that is shared.
    ///
    /// - Parameter addressIndex: the first of the member's addresses that it may lead to; of use where connections are
    ///   shared.
    func take(for exchange: Exchange, from addressIndex: Int = 0) -> (any UpstreamStream)? {
        guard !isShared else { return takeStream(for: exchange, from: addressIndex) }
        while let connection = machine.takeIdle() {
            guard connection.isReusable(forHarmless: exchange.facts.method.isIdempotent) else {
                connection.close()
                continue
            }
            connection.begin(exchange)
            return connection
        }
        return nil
    }

    private func takeStream(for exchange: Exchange, from addressIndex: Int) -> (any UpstreamStream)? {
        // Who waits comes first.
        guard machine.waitingCount == 0 else { return nil }
        return machine.shared.first { $0.slot.addressIndex >= addressIndex && $0.isUsable }?.lend(to: exchange)
    }

    /// Lets an exchange wait for a connection, and begins one where none is being made for it.
    ///
    /// - Parameter addressIndex: which of the member's addresses one that is begun leads to.
    /// - Returns: what stands for the connection until ``Exchange/onUpstreamConnected(_:)`` or
    ///   ``Exchange/onUpstreamFailure(_:isAnswered:)``; or the connection itself, if it is open at once.
    func request(
        for exchange: Exchange, from addressIndex: Int, by connector: any UpstreamConnector
    ) throws(SystemError) -> any UpstreamStream {
        if isShared, let stream = takeStream(for: exchange, from: addressIndex) { return stream }
        guard machine.request(from: addressIndex) == .open else {
            return wait(exchange, addressIndex: addressIndex)
        }
        let connection = try connector.open(self, addressIndex: addressIndex)
        guard connection.isOpen else {
            machine.begin(connection)
            return wait(exchange, addressIndex: addressIndex)
        }
        machine.lend(connection)
        return connection.lend(to: exchange)
    }

    private func wait(_ exchange: Exchange, addressIndex: Int) -> any UpstreamStream {
        let waiter = PoolWaiter(exchange, for: self, addressIndex: addressIndex)
        machine.wait(waiter)
        return waiter
    }

    /// A request waits no longer.
    func leave(_ waiter: PoolWaiter) {
        machine.leave(waiter)?.retire()
    }

    // MARK: - Connections

    /// Begins a connection, in whatever protocol the member speaks.
    package func open(addressIndex: Int, on bench: Bench, loop: EventLoop) throws(SystemError) -> any PooledUpstream {
        switch key.speaks {
        case .http1: try UpstreamConnection(bench: bench, loop: loop, pool: self, addressIndex: addressIndex)
        case .http2Cleartext:
            try UpstreamHTTP2Connection(bench: bench, loop: loop, pool: self, addressIndex: addressIndex)
        case .fastCGI:
            try RecordConnection<FastCGIWire>(bench: bench, loop: loop, pool: self, addressIndex: addressIndex)
        case .ajp: try RecordConnection<AJPWire>(bench: bench, loop: loop, pool: self, addressIndex: addressIndex)
        }
    }

    /// A connection is open that is lent whole.
    package func onOpened(_ connection: any KeptUpstream) {
        follow(machine.onOpened(connection), with: connection)
    }

    /// Keeps a connection whose exchange has ended cleanly, or gives it to a request that waits.
    package func keep(_ connection: any KeptUpstream) {
        // Who waits gets none on which something has happened behind the answer; another one is being made for him.
        if let waiter = machine.firstWaiter, !connection.isReusable(forHarmless: waiter.isHarmless) {
            return connection.close()
        }
        follow(machine.onReturned(connection), with: connection)
    }

    private func follow(_ next: PoolMachine.Next, with connection: any KeptUpstream) {
        switch next {
        case .serve(let waiter): waiter.serve(with: connection)
        case .keep: break
        case .close: connection.close()
        }
    }

    /// A connection is open whose streams are lent.
    package func onOpened(_ connection: any SharedUpstream) {
        machine.onOpened(connection)
        // A member that takes none yet will take one.
        machine.takeWaiter()?.serve(with: connection)
        onRoom(connection)
        onFailed(connection, .crowded)
        if machine.isRetired || !connection.slot.isShared { connection.retire() }
    }

    /// There may be room for further streams. Who waits gets none of a connection on which something has happened while
    /// nobody had it: another one is being made for him.
    package func onRoom(_ connection: any SharedUpstream) {
        while machine.waitingCount > 0, connection.slot.state == .shared, connection.isUsable {
            machine.takeWaiter()?.serve(with: connection)
        }
    }

    /// A connection has failed: the requests are told for which none is being made any more.
    package func onFailed(_ connection: any PooledUpstream, _ failure: UpstreamFailure) {
        while let waiter = machine.takeUnexpected() { waiter.fail(failure, at: connection.slot.addressIndex) }
    }

    /// A connection has ended that is lent whole.
    package func forget(_ connection: any KeptUpstream) {
        machine.forget(connection)
    }

    /// Lends no more streams of a connection.
    func forget(_ connection: any SharedUpstream) {
        machine.forget(connection)
    }

    // MARK: - How long the member keeps them

    /// The member has said how long it keeps a connection (`Keep-Alive`).
    func hearIdleLimit(_ value: Span<UInt8>, now: Int) {
        guard let seconds = IdleLimit.seconds(in: value) else { return }
        idleLimit.hear(seconds: seconds, now: now)
        heedIdleLimit()
    }

    /// The member has closed a connection that nobody had for so many milliseconds.
    func noteEnd(after idle: Int, now: Int) {
        idleLimit.noteEnd(after: idle, now: now)
        heedIdleLimit()
    }

    /// A connection was idle for as long as it may be.
    func noteRetirement(restedSince rested: Int) {
        idleLimit.noteRetirement(restedSince: rested)
        heedIdleLimit()
    }

    private func heedIdleLimit() {
        idleMillis = idleLimit.millis(atMost: key.terms.idleMillis)
    }

    // MARK: - Giving back

    /// An interval of its ``Reserve`` is over.
    func endInterval() {
        machine.endInterval()
    }

    /// Sets how many idle ones are kept at most.
    func keep(atMost count: Int) {
        machine.keep(atMost: count)
    }

    /// Closes those that have been idle for the longest time, where there are too many.
    ///
    /// - Parameter count: how many at most.
    /// - Returns: how many there were.
    func shed(_ count: Int) -> Int {
        let surplus = min(count, machine.surplus)
        for _ in 0..<surplus { machine.oldestIdle?.close() }
        return surplus
    }

    /// Closes those that have been idle for the longest time, down to a number.
    ///
    /// - Parameters:
    ///   - count: how many at most.
    ///   - least: how many stay.
    /// - Returns: how many were closed.
    func closeIdle(_ count: Int, keeping least: Int) -> Int {
        let surplus = max(0, min(count, machine.idleCount - least))
        for _ in 0..<surplus { machine.oldestIdle?.close() }
        return surplus
    }

    /// Closes the connection that has been idle for the longest time.
    ///
    /// - Returns: whether there was one.
    func closeOldest() -> Bool {
        guard let oldest = machine.oldestIdle else { return machine.shared.contains { $0.closeIfIdle() } }
        oldest.close()
        return true
    }

    /// Closes the idle connections, and the others when they come back.
    func retire() {
        let shared = machine.retire()
        while let oldest = machine.oldestIdle { oldest.close() }
        for connection in shared { connection.retire() }
    }
}
