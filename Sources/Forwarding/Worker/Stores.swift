import Bytes
import HTTP
import Model

/// What messages need while they pass, and what is taken up again: slabs, heads, encoders. Belongs to one worker's
/// thread.
package final class Stores {
    /// Slabs.
    package let buffers = BufferPool()

    // MARK: What a message needs while it is parsed and rebuilt, one at a time

    // Taken out while they are used: an access that spans a call is checked for exclusivity at run time, which costs
    // twice as much as moving them.
    private var requestHead: RequestHead? = RequestHead(fieldCountMax: Limits.Settings.fieldCount.range.upperBound)
    private var answerHead: ResponseHead? = ResponseHead(fieldCountMax: Limits.Settings.fieldCount.range.upperBound)
    var trailers = TrailerSection()
    let edits = HeadEdits()
    /// For lines that are put together and copied at once.
    var scratch: [UInt8] = []

    private var encoders = EncoderPool()
    private var freeInflations: [Inflation] = []

    /// Empty stores.
    package init() {}

    /// Lends the head that requests are parsed into.
    @inline(__always)
    func withRequestHead<Result, Failure: Error>(
        _ body: (inout RequestHead) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        guard var head = requestHead.take() else { preconditionFailure("one request is parsed at a time") }
        do throws(Failure) {
            let result = try body(&head)
            requestHead = consume head
            return result
        } catch {
            requestHead = consume head
            throw error
        }
    }

    /// Lends the head that answers are parsed into.
    @inline(__always)
    func withAnswerHead<Result, Failure: Error>(
        _ body: (inout ResponseHead) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        guard var head = answerHead.take() else { preconditionFailure("one answer is parsed at a time") }
        do throws(Failure) {
            let result = try body(&head)
            answerHead = consume head
            return result
        } catch {
            answerHead = consume head
            throw error
        }
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
