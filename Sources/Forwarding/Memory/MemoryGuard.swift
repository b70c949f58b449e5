/// Decides, look by look, what workers are to let go of so that the process stays below its ceiling. Knows no clock and
/// asks nobody.
package struct MemoryGuard {
    /// What it holds the process to.
    package let ceiling: MemoryCeiling
    /// Whether newcomers wait.
    package private(set) var isFull = false

    /// A guard that has told nobody anything.
    package init(_ ceiling: MemoryCeiling) {
        self.ceiling = ceiling
    }

    /// Whether something is to be let go of.
    package func isTight(_ resident: Int) -> Bool { resident > ceiling.tightBytes }

    /// What workers are to be told: each lets go of a part by its clients' number.
    ///
    /// - Parameters:
    ///   - resident: bytes of memory that the process has.
    ///   - connections: the workers' clients.
    /// - Returns: by the workers' index; `nil`: nothing.
    package mutating func orders(resident: Int, connections: [Int]) -> [ShedOrder]? {
        let wasFull = isFull
        isFull = resident > ceiling.bytesMax
        guard isTight(resident) else {
            return wasFull ? connections.map { _ in ShedOrder(bytes: 0, isFull: false) } : nil
        }
        let bytes = resident - ceiling.aimBytes
        let total = connections.reduce(0, +)
        return connections.map { count in
            // A part of a byte is none that anybody could keep.
            let share = total == 0 ? 1 / Double(connections.count) : Double(count) / Double(total)
            return ShedOrder(bytes: Int((Double(bytes) * share).rounded(.up)), isFull: isFull)
        }
    }
}
