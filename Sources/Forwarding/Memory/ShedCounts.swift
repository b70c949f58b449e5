import Synchronization

/// What was let go of so that others find room, of all workers since the start. Only who lets go touches it.
final class ShedCounts: Sendable {
    /// What was let go of, and for which limit.
    enum Cause: Int, CaseIterable {
        /// Clients that were idle, for newcomers at `limits.connections`, and where no descriptor was left.
        case idleForConnections, idleForDescriptors
        /// Clients that were idle, for `limits.memory`.
        case idleClients
        /// Idle connections to members, likewise.
        case idleMembers
        /// Clients that took nothing of their answers, likewise.
        case slowClients
    }

    private let counts = InlineArray<5, Atomic<UInt64>> { _ in Atomic(0) }

    /// Counts something that was let go of. Any thread.
    func count(_ cause: Cause, _ number: Int = 1) {
        counts[cause.rawValue].wrappingAdd(UInt64(number), ordering: .relaxed)
    }

    /// The counts. Any thread.
    var now: EdgeStatus.Shed {
        EdgeStatus.Shed(
            idleForConnections: self[.idleForConnections], idleForDescriptors: self[.idleForDescriptors],
            idleClients: self[.idleClients], idleMembers: self[.idleMembers], slowClients: self[.slowClients])
    }

    private subscript(_ cause: Cause) -> UInt64 { counts[cause.rawValue].load(ordering: .relaxed) }
}
