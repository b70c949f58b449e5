import BasicContainers
import Synchronization

/// Counters in rows, one a worker: written by that worker alone, and summed by whoever wants to know.
package final class CounterTable: Sendable {
    private let counters: RigidArray<Atomic<UInt64>>
    private let columns: Int
    private let workers: Int
    private let stride: Int

    /// - Parameters:
    ///   - columns: counters of a worker.
    ///   - workers: how many there are.
    package init(columns: Int, workers: Int) {
        self.columns = columns
        self.workers = workers
        // 64 bytes lie between two rows, so that no line of the cache belongs to two workers.
        stride = columns + 8
        var counters = RigidArray<Atomic<UInt64>>(capacity: stride * workers)
        for _ in 0..<stride * workers { counters.append(Atomic(0)) }
        self.counters = counters
    }

    /// Adds to a counter of a worker; called by that worker alone.
    package func add(_ number: Int, to column: Int, worker: Int) {
        // Nobody else writes, so that nothing is lost between the two.
        let index = worker &* stride &+ column
        let sum = counters[index].load(ordering: .relaxed) &+ UInt64(truncatingIfNeeded: number)
        counters[index].store(sum, ordering: .relaxed)
    }

    /// What all workers have counted. Any thread.
    package func sum(_ column: Int) -> UInt64 {
        var sum: UInt64 = 0
        for worker in 0..<workers { sum &+= counters[worker * stride + column].load(ordering: .relaxed) }
        return sum
    }

    /// What all workers have counted, by column. Any thread.
    var sums: [UInt64] { (0..<columns).map(sum) }

    /// Goes on where another process has left off, if it has counted the same columns; to be called before a worker
    /// counts.
    func take(_ sums: [UInt64]) {
        guard sums.count == columns else { return }
        for (column, sum) in sums.enumerated() { add(Int(truncatingIfNeeded: sum), to: column, worker: 0) }
    }
}
