import Reactor

/// What the lines of a log go to: its thread alone writes to it, and nobody waits for who reads it.
package protocol LogTarget: Sendable {
    /// How messages call it.
    var name: String { get }

    /// Adds as many of some bytes as there is room for. They begin where the last call's have ended, or with a line.
    ///
    /// - Parameters:
    ///   - bytes: at least one; whole lines, each with its line feed.
    ///   - lost: lines are added that were taken before, and are known now to have come nowhere.
    /// - Returns: how many bytes were taken; 0: ``waitForRoom(orWakeOf:millis:)`` says when it takes more.
    func write(_ bytes: Span<UInt8>, lost: inout Int) throws(SystemError) -> Int

    /// Waits until there is room, the waker is woken, or the time is over; takes the wakes away.
    ///
    /// - Parameter millis: -1: without end.
    func waitForRoom(orWakeOf waker: Waker, millis: Int)

    /// Whether both are one file, opened twice: a line may begin in one of them and end in the other.
    func isSame(as other: any LogTarget) -> Bool
}

extension AppendOnlyFile: LogTarget {
    /// The path, or which stream it is.
    package var name: String { path == "-" ? "standard output" : path }

    /// Adds as many of some bytes as there is room for; what was taken is there.
    package func write(_ bytes: Span<UInt8>, lost: inout Int) throws(SystemError) -> Int {
        try write(bytes)
    }

    /// Whether both are one file, opened twice.
    package func isSame(as other: any LogTarget) -> Bool {
        guard let other = other as? AppendOnlyFile else { return false }
        return isSame(as: other)
    }
}
