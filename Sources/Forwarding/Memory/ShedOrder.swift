/// What a worker is told of the process's memory.
package struct ShedOrder: Sendable, Equatable {
    /// Bytes that it is to let go of, roughly.
    package var bytes: Int
    /// Whether there is too little for newcomers.
    package var isFull: Bool

    /// Puts an order together.
    package init(bytes: Int, isFull: Bool) {
        (self.bytes, self.isFull) = (bytes, isFull)
    }
}
