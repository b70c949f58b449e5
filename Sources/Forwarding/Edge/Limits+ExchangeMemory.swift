import Bytes
import HTTP
import Model

/// What the configuration sets; HTTP, Session and Balancing have limits of their own.
typealias Limits = Model.Limits

/// The memory of one exchange: a sum of its users, each of which is bounded by itself, so that nothing has to be
/// counted while bytes move.
extension Model.Limits {
    /// OpenSSL's buffers for a record in each direction.
    private static let recordBytes = 2 * 18 * 1024
    /// What an exchange copies out of heads and trailers (trailers 8 KiB, six parts for the log 1 KiB each, both in
    /// arrays that grow by doubling), and its objects.
    private static let copiedBytes = 24 * 1024
    /// Bytes by which a slab must be larger than the head that is rebuilt in it.
    static let addedToHeadBytes = 4 * 1024
    /// Bytes that inflated content may have beyond ``requestExpansionMax``, so that a tiny one may be of spaces.
    static let expansionSlackBytes = 64 * 1024

    /// Bytes that an exchange holds at most when long answers are read in small slabs.
    ///
    /// - Parameter needs: what it takes beside heads.
    public func exchangeMemoryLeast(_ needs: ExchangeNeeds) -> Int {
        // A slab grows when it is full and its head is not complete: one more byte than the limit. Over HTTP/2 a whole
        // window of content waits in one.
        let input = needs.hasHTTP2Clients ? BufferPool.largeBytes : Self.slab(for: requestHeadBytesMax + 1)
        // Rules' lines are in the head that is rebuilt; those with facts are kept beside it, in arrays that double.
        let rules = needs.makesFields ? FieldEdits.bytesMax : 0
        let request = Self.slab(for: requestHeadBytesMax + Self.addedToHeadBytes + rules) + 4 * rules
        let answer = needs.hasHTTP2Members ? BufferPool.largeBytes : Self.slab(for: answerHeadBytesMax + 1)
        // An answer's head may come behind what a slow client has not taken of the one before.
        let output = BufferPool.largeBytes
        let coding = needs.encoderBytes > 0 ? needs.encoderBytes + BufferPool.smallBytes : 0
        let inflating = needs.inflates ? GzipInflater.memoryBytes + BufferPool.smallBytes : 0
        // Records that the member has not taken, and the lines of an answer's head until it is whole.
        let records = needs.hasRecordMembers ? BufferPool.largeBytes + Self.slab(for: answerHeadBytesMax + 1) : 0
        let passing = input + request + answer + output + records + coding + inflating
        return passing + needs.bufferedBytes + Self.recordBytes + Self.copiedBytes
    }

    /// Raises the memory of an exchange to the least that it takes; for a limit that was not declared.
    public mutating func makeRoom(for needs: ExchangeNeeds) {
        exchangeMemoryBytesMax = max(exchangeMemoryBytesMax, exchangeMemoryLeast(needs))
    }

    fileprivate static func slab(for headBytes: Int) -> Int {
        headBytes <= BufferPool.smallBytes ? BufferPool.smallBytes : BufferPool.largeBytes
    }
}

extension EdgeConfiguration {
    /// Whether a member's connection may read a long answer in large slabs: fewer reads, more memory.
    var hasRoomForLargeReads: Bool {
        let more = BufferPool.largeBytes - Limits.slab(for: limits.answerHeadBytesMax + 1)
        let needs = ExchangeNeeds(
            listeners: listeners, sites: sites, balancers: balancers, compression: compression, rules: allRules)
        return limits.exchangeMemoryBytesMax >= limits.exchangeMemoryLeast(needs) + more
    }
}
