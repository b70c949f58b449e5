/// Decides when free memory in the middle of the heap is given back to the system: some time after many clients have
/// gone, and when workers have let go of what a load has left. Knows no clock.
package struct HeapTrim {
    /// The most clients since the heap was trimmed.
    private var peak = 0
    /// Milliseconds of the clock since when their number has fallen by much; -1: it has not.
    private var fallenSince = -1

    /// A heap that nobody has used.
    package init() {}

    /// Whether the heap is to be trimmed now.
    ///
    /// - Parameters:
    ///   - connections: clients of the process.
    ///   - hasGivenBack: whether workers have let go of much since the last call.
    ///   - now: milliseconds of the clock.
    package mutating func isDue(connections: Int, hasGivenBack: Bool, now: Int) -> Bool {
        peak = max(peak, connections)
        let fall = max(MemoryLimits.fallenLeast, peak / 100 * MemoryLimits.fallenPercent)
        if peak - connections < fall {
            fallenSince = -1
        } else if fallenSince < 0 {
            fallenSince = now
        }
        guard hasGivenBack || fallenSince >= 0 && now - fallenSince >= MemoryLimits.fallenMillis else { return false }
        begin(connections)
        return true
    }

    /// The heap was trimmed.
    package mutating func begin(_ connections: Int) {
        (peak, fallenSince) = (connections, -1)
    }
}
