/// One worker's slabs in two sizes, lent to connections while they hold bytes.
///
/// Belongs to one worker's thread.
public final class BufferPool {
    /// Bytes of a small slab: one TLS record's plaintext.
    public static let smallBytes = 16 * 1024
    /// Bytes of a large slab: four records, and a head of the greatest configurable size with what is added to it.
    public static let largeBytes = 64 * 1024
    /// Small slabs that are lent and kept in any case: 4 MiB.
    public static let smallLeast = 256
    /// Large slabs that are lent and kept in any case: as many bytes.
    public static let largeLeast = smallLeast * smallBytes / largeBytes

    /// Slabs that nobody needs now, each leading to the next. Lists of single references, because every access to an
    /// array would pay the run-time exclusivity check: twenty of them a request.
    private var firstSmall: Buffer?
    private var firstLarge: Buffer?
    private var smallReserve = Reserve(least: smallLeast)
    private var largeReserve = Reserve(least: largeLeast)

    /// Makes an empty pool; slabs are allocated when first asked for.
    public init() {}

    deinit {
        // One by one: letting the first go would let each go in the one before, as deep as the list is long.
        while let buffer = firstSmall { firstSmall = buffer.takeNext() }
        while let buffer = firstLarge { firstLarge = buffer.takeNext() }
    }

    /// Slabs lent out now.
    public var lentCount: Int { smallReserve.lentCount + largeReserve.lentCount }

    /// Slabs that nobody needs now.
    public var freeCount: Int { smallReserve.keptCount + largeReserve.keptCount }

    /// Sets how many bytes are kept while nobody needs them, in slabs of each size at most.
    public func keep(bytesOfASize: Int) {
        smallReserve.bound = bytesOfASize / Self.smallBytes
        largeReserve.bound = bytesOfASize / Self.largeBytes
    }

    /// Lends an empty small slab.
    public func small() -> Buffer {
        guard let buffer = firstSmall.take() else {
            smallReserve.lendNew()
            return Buffer(capacity: Self.smallBytes).lend()
        }
        firstSmall = buffer.takeNext()
        smallReserve.lendKept()
        return buffer.lend()
    }

    /// Lends an empty large slab.
    public func large() -> Buffer {
        guard let buffer = firstLarge.take() else {
            largeReserve.lendNew()
            return Buffer(capacity: Self.largeBytes).lend()
        }
        firstLarge = buffer.takeNext()
        largeReserve.lendKept()
        return buffer.lend()
    }

    /// Takes a slab back that it has lent; what it holds is forgotten.
    public func giveBack(_ buffer: consuming Buffer) {
        buffer.endLending()
        if buffer.capacity == Self.smallBytes {
            guard smallReserve.takeBack() else { return }
            buffer.setNext(firstSmall.take())
            firstSmall = buffer
        } else {
            guard largeReserve.takeBack() else { return }
            buffer.setNext(firstLarge.take())
            firstLarge = buffer
        }
    }

    /// An interval of its ``Reserve`` is over.
    public func endInterval() {
        smallReserve.endInterval()
        largeReserve.endInterval()
    }

    /// Lets go of slabs that are too many.
    ///
    /// - Parameter count: how many at most.
    /// - Returns: how many there were.
    public func shed(_ count: Int) -> Int {
        let (small, large) = (min(count, smallReserve.surplus), min(count, largeReserve.surplus))
        for _ in 0..<small {
            firstSmall = firstSmall?.takeNext()
            smallReserve.letGo()
        }
        for _ in 0..<large {
            firstLarge = firstLarge?.takeNext()
            largeReserve.letGo()
        }
        return small + large
    }
}
