import Bytes
import HTTP

/// A request on its way to a member in records: how much of it was written, and the records that the socket has not
/// taken. Belongs to its connection, which uses it for one request after the other.
final class OutgoingRecords {
    /// Records that the socket has not taken.
    private(set) var slab: Buffer?
    private var content = ContentFeed(.none, of: .request)
    /// Whether the head was written.
    private(set) var isBegun = false
    /// Whether all content was.
    private(set) var isWhole = false
    /// Whether the member has still to be told that the content has ended.
    var isEndOwed = false
    /// Whether the socket takes no more for now.
    var isSocketBlocked = false
    /// Whether it takes none at all.
    var isBroken = false
    /// Whether it has taken a byte of the request.
    private(set) var hasWritten = false

    /// Whether the member has the whole request.
    var isSent: Bool { isWhole && !isEndOwed && slab == nil }

    /// The slab, or an empty one.
    func open(in stores: Stores, isLarge: Bool) -> Buffer {
        if let slab { return slab }
        let slab = stores.takeSlab(isLarge: isLarge)
        self.slab = slab
        return slab
    }

    /// Puts a large slab in the place of one in which something has no room.
    ///
    /// - Returns: `nil` where it is large already.
    func enlarge(in stores: Stores) -> Buffer? {
        guard let old = slab, old.capacity < BufferPool.largeBytes else { return nil }
        let larger = stores.takeSlab(isLarge: true)
        larger.append(contentsOf: old)
        stores.giveBack(old)
        slab = larger
        return larger
    }

    /// The head was written, and content follows whose end is known that way.
    func begin(_ framing: Framing) {
        isBegun = true
        content = ContentFeed(framing, of: .request)
    }

    /// Decodes content and hands it to `send`.
    ///
    /// - Returns: how many bytes are done with, and whether not all of them were taken.
    func feed(_ bytes: Span<UInt8>, to send: (Span<UInt8>) -> Int) -> (consumed: Int, isBlocked: Bool) {
        // Copied out and in: an access that spans the call would be checked for exclusivity at run time.
        var feed = content
        // What Martlet has framed itself is in order.
        guard let (consumed, outcome) = try? feed.feed(bytes, to: send) else { return (bytes.count, false) }
        content = feed
        switch outcome {
        case .more: return (consumed, false)
        case .blocked: return (consumed, true)
        case .ended:
            if !isWhole {
                isWhole = true
                isEndOwed = true
            }
            return (consumed, false)
        }
    }

    /// Writes what there is.
    ///
    /// - Returns: whether all of it was taken.
    func flush(to transport: Transport, in stores: Stores) -> Bool {
        guard let slab else { return true }
        while !slab.isEmpty {
            switch slab.withReadable({ transport.write($0) }) {
            case .moved(let count):
                slab.consume(count)
                hasWritten = true
            case .wouldBlock:
                isSocketBlocked = true
                return false
            case .ended, .failed:
                isBroken = true
                return false
            }
        }
        self.slab = nil
        stores.giveBack(slab)
        return true
    }

    /// Is as it was before the first request.
    func reset(in stores: Stores) {
        if let slab = slab.take() { stores.giveBack(slab) }
        content = ContentFeed(.none, of: .request)
        isBegun = false
        isWhole = false
        isEndOwed = false
        isSocketBlocked = false
        isBroken = false
        hasWritten = false
    }
}
