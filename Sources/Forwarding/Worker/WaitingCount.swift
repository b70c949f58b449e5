import Synchronization

/// How many requests wait for a balancer's members, on all workers together (`queue`); outlives a reload. Written by
/// who begins to wait, and who waits no longer.
final class WaitingCount: Sendable {
    private let count = Atomic<Int>(0)

    /// Counts one more.
    ///
    /// - Parameter most: how many there may be; `nil`: any number.
    /// - Returns: whether there was room for it.
    func enter(most: Int?) -> Bool {
        let waiting = count.wrappingAdd(1, ordering: .relaxed).newValue
        guard let most, waiting > most else { return true }
        leave()
        return false
    }

    /// Counts one less.
    func leave() {
        count.wrappingSubtract(1, ordering: .relaxed)
    }
}
