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

    /// Slabs that nobody needs now, each leading to the next. Lists of single references, because every access to an
    /// array would pay the run-time exclusivity check: twenty of them a request.
    private var firstSmall: Buffer?
    private var firstLarge: Buffer?
    private var freeSmallCount = 0
    private var freeLargeCount = 0
    private var lent = 0

    /// Makes an empty pool; slabs are allocated when first asked for.
    public init() {}

    deinit {
        // One by one: letting the first go would let each go in the one before, as deep as the list is long.
        while let buffer = firstSmall { firstSmall = buffer.takeNext() }
        while let buffer = firstLarge { firstLarge = buffer.takeNext() }
    }

    /// Slabs lent out now.
    public var lentCount: Int { lent }

    /// Lends an empty small slab.
    public func small() -> Buffer {
        lent += 1
        guard let buffer = firstSmall.take() else { return Buffer(capacity: Self.smallBytes).lend() }
        firstSmall = buffer.takeNext()
        freeSmallCount -= 1
        return buffer.lend()
    }

    /// Lends an empty large slab.
    public func large() -> Buffer {
        lent += 1
        guard let buffer = firstLarge.take() else { return Buffer(capacity: Self.largeBytes).lend() }
        firstLarge = buffer.takeNext()
        freeLargeCount -= 1
        return buffer.lend()
    }

    /// Takes a slab back that it has lent; what it holds is forgotten.
    public func giveBack(_ buffer: consuming Buffer) {
        lent -= 1
        buffer.endLending()
        if buffer.capacity == Self.smallBytes {
            guard freeSmallCount < Self.freeSmallMax else { return }
            freeSmallCount += 1
            buffer.setNext(firstSmall.take())
            firstSmall = buffer
        } else {
            guard freeLargeCount < Self.freeLargeMax else { return }
            freeLargeCount += 1
            buffer.setNext(firstLarge.take())
            firstLarge = buffer
        }
    }
}
