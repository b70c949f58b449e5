/// What a client's connection holds of answers that the client takes no more of for now.
package struct StuckOutput: Sendable, Equatable {
    /// Bytes that the client has taken so far: as long as they are the same, it has taken nothing.
    package var movedBytes: Int
    /// Bytes of memory that go with the connection, roughly.
    package var heldBytes: Int

    /// Puts it together.
    package init(movedBytes: Int, heldBytes: Int) {
        (self.movedBytes, self.heldBytes) = (movedBytes, heldBytes)
    }
}
