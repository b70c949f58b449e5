import Bytes

/// Which request gets which connection of a pool: a state machine without sockets. Events go in, and what is to be done
/// comes out.
///
/// ```
///                 opened, nobody waits
///            ┌─────────────────────────────▶ idle ──┐
///            │   opened: to who waits first    ▲ │  │
/// connecting ┼───────────────────────▶ lent ───┘ │  │ too many, ended,
///            │                           ▲───────┘  │ retired
///            └▶ shared (streams)       request      ▼
///      any of them, when it ends, fails or takes no more ──▶ gone
/// ```
///
/// A request is not tied to the connection that was begun for it: it gets the first one that there is, be it another
/// one that comes back or is open earlier, and those that are open without being needed are idle. So
///
/// - while somebody waits, no connection becomes idle (who waits beside idle ones has had one of them, which was
///   broken);
/// - whoever waits is served behind those who came before;
/// - for everybody who waits there is a place on a connection that is being made.
package final class PoolMachine {
    /// What a request does for which no connection is there.
    package enum Request: Equatable {
        /// It waits: a connection is being made that has a place for it.
        case wait
        /// It waits, and a connection is to be begun.
        case open
    }

    /// What becomes of a connection that an exchange may have.
    package enum Next {
        /// The request gets it that waits longest.
        case serve(PoolWaiter)
        /// It is kept while it is idle.
        case keep
        /// It is closed: there are enough of them.
        case close
    }

    private let idle = IdleList()
    private let line = WaitingLine<PoolWaiter>()
    /// Connections that are being made, in no order. Taken out and put back where it changes: an access that spans a
    /// call would have every one checked for exclusivity at run time.
    private var connecting: [any PooledUpstream] = []
    /// Requests for which these have a place.
    private var expectedPlaces = 0
    /// Those whose streams are lent.
    package private(set) var shared: [any SharedUpstream] = []
    private var reserve = Reserve(least: UpstreamLimits.idleLeast, bound: UpstreamLimits.idleMax)
    /// Whether a connection may have a further exchange.
    private let reuses: Bool
    /// Whether the member is served no more.
    private(set) var isRetired = false

    /// - Parameter reuses: whether a connection may have a further exchange.
    package init(reuses: Bool) {
        self.reuses = reuses
    }

    /// Connections that are idle.
    package var idleCount: Int { reserve.keptCount }
    /// Those that are being made or that an exchange has, without shared ones.
    package var lentCount: Int { reserve.lentCount }
    /// Requests that wait.
    package var waitingCount: Int { line.count }
    /// Those for which a connection is being made that has a place.
    package var expectedCount: Int { expectedPlaces }

    // MARK: - Requests

    /// Lends the connection that was used last of those that are idle.
    package func takeIdle() -> (any KeptUpstream)? {
        guard let slot = idle.pop() else { return nil }
        let connection = slot.kept.take()
        slot.state = .lent
        reserve.lendKept()
        return connection
    }

    /// A request has come for which no connection is there.
    ///
    /// - Parameter addressIndex: the first of the member's addresses that it may have.
    package func request(from addressIndex: Int) -> Request {
        guard line.count < expectedPlaces else { return .open }
        // Who comes from an address that has failed is not to wait for it once more.
        let isExpected = addressIndex == 0 || connecting.contains { $0.slot.addressIndex >= addressIndex }
        return isExpected ? .wait : .open
    }

    /// The request waits.
    package func wait(_ waiter: PoolWaiter) {
        line.append(waiter)
    }

    /// A request waits no longer.
    ///
    /// - Returns: a connection that is being made for nobody now, and is to be closed.
    package func leave(_ waiter: PoolWaiter) -> (any PooledUpstream)? {
        guard waiter.isInLine else { return nil }
        line.remove(waiter)
        guard line.count < expectedPlaces, let last = connecting.last, !last.slot.isShared else { return nil }
        // Who comes from an address that has failed keeps what leads to a later one.
        guard last.slot.addressIndex > 0 else { return last }
        return connecting.min { $0.slot.addressIndex < $1.slot.addressIndex }
    }

    // MARK: - Connections

    /// A connection is being made.
    package func begin(_ connection: any PooledUpstream) {
        let slot = connection.slot
        slot.state = .connecting
        slot.index = connecting.count
        var changed: [any PooledUpstream] = []
        swap(&changed, &connecting)
        changed.append(connection)
        swap(&changed, &connecting)
        expectedPlaces += slot.places
        if !slot.isShared { reserve.lendNew() }
    }

    /// A connection is open that is lent whole.
    package func onOpened(_ connection: any KeptUpstream) -> Next {
        endConnecting(connection.slot)
        connection.slot.state = .lent
        return onReturned(connection)
    }

    /// A connection is open as soon as it is begun: the request gets it that it was begun for.
    package func lend(_ connection: any PooledUpstream) {
        let slot = connection.slot
        slot.state = .lent
        if !slot.isShared { reserve.lendNew() }
    }

    /// A connection is open whose streams are lent; who waits for one is served by ``takeWaiter()``.
    package func onOpened(_ connection: any SharedUpstream) {
        let slot = connection.slot
        endConnecting(slot)
        slot.state = slot.isShared ? .shared : .lent
        if slot.isShared, !isRetired { shared.append(connection) }
    }

    /// A connection has come back.
    package func onReturned(_ connection: any KeptUpstream) -> Next {
        if let waiter = line.removeFirst() { return .serve(waiter) }
        guard !isRetired, reuses else { return .close }
        let slot = connection.slot
        guard reserve.takeBack() else {
            slot.state = .gone
            return .close
        }
        slot.state = .idle
        slot.kept = connection
        idle.push(slot)
        return .keep
    }

    /// Who waits longest, and stays in line.
    var firstWaiter: PoolWaiter? { line.first }

    /// Who waits longest, for a stream that there is.
    package func takeWaiter() -> PoolWaiter? {
        line.removeFirst()
    }

    /// Who waits longest, where no connection is being made any more that has a place for it.
    package func takeUnexpected() -> PoolWaiter? {
        line.count > expectedPlaces ? line.removeFirst() : nil
    }

    /// A connection has ended that is lent whole.
    package func forget(_ connection: any KeptUpstream) {
        let slot = connection.slot
        guard slot.state == .idle else { return end(slot) }
        idle.remove(slot)
        reserve.letGo()
        slot.state = .gone
        slot.kept = nil
    }

    /// A connection has ended whose streams are lent, or none is lent of it any more.
    package func forget(_ connection: any SharedUpstream) {
        if connection.slot.state == .shared { shared.removeAll { $0 === connection } }
        end(connection.slot)
    }

    private func end(_ slot: PoolSlot) {
        if slot.state == .connecting { endConnecting(slot) }
        if !slot.isShared, slot.state == .connecting || slot.state == .lent { reserve.lose() }
        slot.state = .gone
    }

    private func endConnecting(_ slot: PoolSlot) {
        expectedPlaces -= slot.places
        var changed: [any PooledUpstream] = []
        swap(&changed, &connecting)
        defer { swap(&changed, &connecting) }
        let last = changed.removeLast()
        guard last.slot !== slot else { return }
        last.slot.index = slot.index
        changed[slot.index] = last
    }

    // MARK: - Giving back

    /// The connection that has been idle for the longest time.
    package var oldestIdle: (any KeptUpstream)? { idle.oldest?.kept }

    /// How many idle ones are too many.
    package var surplus: Int { reserve.surplus }

    /// An interval of its ``Reserve`` is over.
    package func endInterval() {
        reserve.endInterval()
    }

    /// Sets how many idle ones are kept at most.
    package func keep(atMost count: Int) {
        reserve.bound = count
    }

    /// From here on no connection is kept or shared.
    ///
    /// - Returns: those whose streams are lent.
    package func retire() -> [any SharedUpstream] {
        isRetired = true
        defer { shared = [] }
        return shared
    }
}
