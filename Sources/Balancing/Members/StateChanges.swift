import BasicContainers
import Synchronization

/// What all balancers that share members' states share beside them, from the first one on across all reloads: what has
/// changed in the states, so that nobody has to look through all of them to find out.
final class StateChanges: Sendable {
    /// How many workers there are.
    let workers: Int
    /// Whose load each worker has changed, by its index.
    let loads: RigidArray<LoadChanges>
    /// Whose sessions or heartbeat somebody has changed.
    let reports = ReportedChanges()
    /// What they need of the process.
    let surroundings: HealthSurroundings
    private let healthNumber = Atomic<UInt64>(0)
    private let numbers = Mutex<(next: Int, free: [Int])>((0, []))

    /// - Parameters:
    ///   - workers: 1 or more.
    ///   - surroundings: what the states need of the process.
    init(workers: Int, surroundings: HealthSurroundings) {
        self.workers = workers
        self.surroundings = surroundings
        var loads = RigidArray<LoadChanges>(capacity: workers)
        for _ in 0..<workers { loads.append(LoadChanges()) }
        self.loads = loads
    }

    /// How often causes of members' health have begun or ended, or their shares have changed. What was changed before
    /// it was counted can be seen.
    var healthCount: UInt64 { healthNumber.load(ordering: .acquiring) }

    /// Counts such a change; to be called behind it.
    func addHealth() {
        healthNumber.wrappingAdd(1, ordering: .releasing)
    }

    /// A number that no other state has now.
    func takeNumber() -> Int {
        numbers.withLock { numbers in
            if let number = numbers.free.popLast() { return number }
            numbers.next += 1
            return numbers.next - 1
        }
    }

    /// Takes back the number of a state that is no more.
    func giveBack(_ number: Int) {
        numbers.withLock { $0.free.append(number) }
    }
}

/// The last members whose load one worker has changed: those that were given a request or let go of.
///
/// Written by that worker alone, without waiting for anybody, and read by whoever holds an election.
struct LoadChanges: ~Copyable, Sendable {
    /// How many are kept.
    private static let capacity: UInt64 = 256

    private let numbers: InlineArray<256, Atomic<UInt32>>
    private let written = Atomic<UInt64>(0)
    /// Keeps what others write off the line.
    private let padding = InlineArray<8, UInt64>(repeating: 0)

    init() {
        numbers = InlineArray { _ in Atomic(0) }
    }

    /// How many there were so far. What was changed before can be seen.
    var end: UInt64 { written.load(ordering: .acquiring) }

    /// Adds the number of a member's state; to be called behind the change, by the worker.
    func add(_ number: Int) {
        let end = written.load(ordering: .relaxed)
        // Whoever finds it in place of an older one finds as well that so many were written since.
        numbers[Int(end % Self.capacity)].store(UInt32(number), ordering: .releasing)
        written.store(end &+ 1, ordering: .releasing)
    }

    /// The number at a place that was written.
    func number(at place: UInt64) -> ChangedNumber {
        let number = numbers[Int(place % Self.capacity)].load(ordering: .acquiring)
        return end - place < Self.capacity ? .known(Int(number)) : .overwritten
    }
}

/// The last members whose sessions or heartbeat has changed, which is seldom; written by any thread.
package struct ReportedChanges: ~Copyable, Sendable {
    /// How many are kept.
    package static let capacity: UInt64 = 256

    /// A number below, and above it one more than how often the place was written before.
    private let entries: InlineArray<256, Atomic<UInt64>>
    private let begun = Atomic<UInt64>(0)

    /// Knows of none.
    package init() {
        entries = InlineArray { _ in Atomic(0) }
    }

    /// How many there were so far, some of which are just being written. What was changed before can be seen.
    var end: UInt64 { begun.load(ordering: .acquiring) }

    /// Adds the number of a member's state; to be called behind the change.
    func add(_ number: Int) {
        write(number, at: begin())
    }

    /// Takes the next place.
    package func begin() -> UInt64 { begun.wrappingAdd(1, ordering: .acquiringAndReleasing).oldValue }

    /// Writes a number at a place that was taken; not where a later one stands, if the thread was held up for so long.
    package func write(_ number: Int, at place: UInt64) {
        let own = (place / Self.capacity + 1) << 32 | UInt64(number)
        let entry = Int(place % Self.capacity)
        var found = entries[entry].load(ordering: .relaxed)
        while found < own {
            let (isDone, other) = entries[entry].weakCompareExchange(
                expected: found, desired: own, successOrdering: .releasing, failureOrdering: .relaxed)
            if isDone { return }
            found = other
        }
    }

    /// The number at a place before ``end``.
    package func number(at place: UInt64) -> ChangedNumber {
        let entry = entries[Int(place % Self.capacity)].load(ordering: .acquiring)
        let round = place / Self.capacity + 1
        if entry >> 32 == round { return .known(Int(entry & 0xFFFF_FFFF)) }
        return entry >> 32 < round && end - place < Self.capacity ? .unwritten : .overwritten
    }
}

/// What is found where the number of a changed state was written.
package enum ChangedNumber: Equatable {
    /// The number.
    case known(Int)
    /// Others have come into its place.
    case overwritten
    /// It is just being written.
    case unwritten
}
