/// The place of a connection in its pool (``PoolMachine``, which alone changes it).
package final class PoolSlot {
    /// What the connection does, as far as its pool is concerned.
    enum State {
        /// It is being made, for as many requests as it has places.
        case connecting
        /// An exchange has it.
        case lent
        /// It waits for an exchange.
        case idle
        /// Its streams are lent.
        case shared
        /// The pool knows it no longer.
        case gone
    }

    /// Which of the member's addresses the connection leads to.
    private(set) var addressIndex: Int
    /// Requests that it may have at a time, as far as is known while it is being made.
    let places: Int
    /// Whether its streams are lent one by one.
    let isShared: Bool
    var state = State.gone
    /// Where it is among those that are being made.
    var index = 0
    /// Milliseconds of the clock when it became idle last.
    var restedMillis = 0
    /// The connection while it is idle.
    var kept: (any KeptUpstream)?
    /// The next older one of those that are idle.
    var older: PoolSlot?
    /// The next newer one of those that are idle.
    var newer: PoolSlot?

    /// The place of a connection that is lent whole, or whose streams are lent.
    ///
    /// - Parameter places: streams that are expected; `nil`: it is lent whole.
    package init(addressIndex: Int, places: Int? = nil) {
        self.addressIndex = addressIndex
        self.places = places ?? 1
        isShared = places != nil
    }

    /// Is as it was, for another connection.
    func reset() {
        state = .gone
        index = 0
        kept = nil
        older = nil
        newer = nil
    }

    /// Is another connection's, which leads there.
    func lead(to addressIndex: Int) {
        self.addressIndex = addressIndex
    }
}
