/// One worker's slabs in two sizes, lent to connections while they hold bytes.
///
/// Belongs to one worker's thread.
public final class BufferPool {
    /// Bytes of a small slab: one TLS record's plaintext.
    public static let smallBytes = 16 * 1024
    /// Bytes of a large slab: four records, and a head of the greatest configurable size with what is added to it.
    public static let largeBytes = 64 * 1024
    /// Slabs of a size that are kept while nobody needs them: 4 MiB of small ones, as much of large ones.
    static let freeSmallMax = 256
    static let freeLargeMax = 64

    /// Slabs lent out now.
    public private(set) var lentCount = 0
    private var freeSmall: [Buffer] = []
    private var freeLarge: [Buffer] = []

    /// Makes an empty pool; slabs are allocated when first asked for.
    public init() {
        freeSmall.reserveCapacity(Self.freeSmallMax)
        freeLarge.reserveCapacity(Self.freeLargeMax)
    }

    /// Lends an empty small slab.
    public func small() -> Buffer {
        lend(freeSmall.popLast() ?? Buffer(capacity: Self.smallBytes))
    }

    /// Lends an empty large slab.
    public func large() -> Buffer {
        lend(freeLarge.popLast() ?? Buffer(capacity: Self.largeBytes))
    }

    /// Takes a slab back that it has lent; what it holds is forgotten.
    public func giveBack(_ buffer: Buffer) {
        // Lent to two connections it would carry one client's bytes to the other.
        precondition(buffer.isLent, "a slab is given back once")
        buffer.isLent = false
        lentCount -= 1
        buffer.removeAll()
        if buffer.capacity == Self.smallBytes {
            if freeSmall.count < Self.freeSmallMax { freeSmall.append(buffer) }
        } else if freeLarge.count < Self.freeLargeMax {
            freeLarge.append(buffer)
        }
    }

    private func lend(_ buffer: Buffer) -> Buffer {
        buffer.isLent = true
        lentCount += 1
        return buffer
    }
}
