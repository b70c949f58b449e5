import Bytes
import HTTP
import Model

/// What messages need while they pass, and what is taken up again: slabs, heads, encoders. Belongs to one worker's
/// thread.
package final class Stores {
    /// Slabs.
    package let buffers = BufferPool()

    // MARK: What a message needs while it is parsed and rebuilt, one at a time

    let requestHead = Lender(RequestHead(fieldCountMax: Limits.Settings.fieldCount.range.upperBound))
    let answerHead = Lender(ResponseHead(fieldCountMax: Limits.Settings.fieldCount.range.upperBound))
    let gatewayFields = Lender(GatewayFields())
    /// For requests that are taken up again, and answers from files: both come while the others are lent.
    private(set) lazy var keptRequestHead = Lender(
        RequestHead(fieldCountMax: Limits.Settings.fieldCount.range.upperBound))
    private(set) lazy var fileHead = Lender(ResponseHead(fieldCountMax: HeadLimits().fieldCountMax))
    let trailers = Lender(TrailerSection())
    let edits = HeadEdits()
    /// For lines that are put together and copied at once.
    var scratch: [UInt8] = []

    let fastCGIParts = SpareRecordParts<FastCGIWire>()
    let ajpParts = SpareRecordParts<AJPWire>()
    private var encoders = EncoderPool()
    private var freeInflations: [Inflation] = []

    /// Empty stores.
    package init() {}

    /// An empty slab.
    func takeSlab(isLarge: Bool) -> Buffer {
        isLarge ? buffers.large() : buffers.small()
    }

    /// Takes a slab back.
    func giveBack(_ slab: consuming Buffer) {
        buffers.giveBack(slab)
    }

    /// Another head is rewritten, of which nothing is replaced so far.
    func beginEdits() {
        edits.removeAll()
    }

    /// Makes room behind a head that is not whole.
    ///
    /// - Returns: the buffer, or a larger one in its place.
    func withRoom(_ buffer: Buffer) throws(HeadError) -> Buffer {
        buffer.compact()
        guard buffer.room == 0 else { return buffer }
        guard buffer.capacity < BufferPool.largeBytes else {
            throw HeadError(.headTooLarge, at: buffer.count, limit: buffer.capacity)
        }
        let larger = buffers.large()
        larger.append(contentsOf: buffer)
        buffers.giveBack(buffer)
        return larger
    }

    /// Says which kinds of encoders will be asked for.
    func allow(_ kinds: [EncoderKind]) {
        encoders.allow(kinds)
    }

    /// An encoder at the beginning of a content.
    func takeEncoder(_ kind: EncoderKind) -> any ContentEncoder {
        encoders.take(kind)
    }

    func giveBack(_ encoder: any ContentEncoder) {
        encoders.giveBack(encoder)
    }

    /// What inflates a request's content.
    func takeInflation() -> Inflation {
        freeInflations.popLast() ?? Inflation()
    }

    func giveBack(_ inflation: Inflation) {
        if let slab = inflation.end() { buffers.giveBack(slab) }
        if freeInflations.count < WorkerLimits.freeInflationsMax { freeInflations.append(inflation) }
    }
}
