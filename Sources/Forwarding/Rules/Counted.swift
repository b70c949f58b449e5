import Limiting

/// A count that is to be given back, once.
package struct Counted: Sendable {
    let table: CountTable
    /// Whose it is.
    let hash: UInt64

    /// Gives it back.
    func giveBack() {
        table.leave(hash)
    }
}
