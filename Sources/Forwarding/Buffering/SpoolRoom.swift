import Synchronization

/// How much the files of all spools of the process hold together.
package final class SpoolRoom: Sendable {
    private let taken = Atomic<Int>(0)

    /// Nothing is taken of it.
    package init() {}

    /// Bytes that are taken.
    package var takenBytes: Int { taken.load(ordering: .relaxed) }

    /// Takes so many bytes.
    ///
    /// - Parameter bytesMax: that may be taken in all.
    /// - Returns: whether there is room for them.
    func take(_ bytes: Int, of bytesMax: Int) -> Bool {
        let (_, sum) = taken.wrappingAdd(bytes, ordering: .relaxed)
        if sum <= bytesMax { return true }
        giveBack(bytes)
        return false
    }

    /// Gives bytes back.
    func giveBack(_ bytes: Int) {
        taken.wrappingSubtract(bytes, ordering: .relaxed)
    }
}
