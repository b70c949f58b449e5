import Bytes

/// What an exchange holds of memory, for who must let go of some.
extension Exchange {
    /// Bytes of its slabs, roughly: those of its member's connection, which read into one, and what waits.
    var heldBytes: Int {
        (outbound.slab?.capacity ?? 0) + (outbound.upstream == nil ? 0 : BufferPool.smallBytes)
            + (outbound.gathering?.spool.memoryBytes ?? 0) + (body.spool?.memoryBytes ?? 0)
    }
}
