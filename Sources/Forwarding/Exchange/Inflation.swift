import Bytes
import HTTP
import Model

/// What inflating a request's content takes: zlib's stream, a slab for what it puts out, and counts. Pooled by the
/// worker.
final class Inflation {
    /// Why the content is refused.
    enum Failure: Error {
        case broken
        case tooLarge
        case expandsTooMuch
    }

    private let inflater = GzipInflater()
    /// Bytes inflated and not yet taken.
    private(set) var slab: Buffer?
    private var receivedBytes = 0
    private var inflatedBytes = 0
    private var contentBytesMax = 0
    private var expansionMax = 0
    /// Whether the last byte that was inflated still counts as not taken, so that the client's stream comes back.
    var holdsByte = false

    /// Begins a content.
    ///
    /// - Parameters:
    ///   - slab: a small one, given back by ``end()``.
    ///   - contentBytesMax: bytes that the inflated content may have.
    ///   - expansionMax: how many times the received bytes it may have.
    func begin(slab: Buffer, contentBytesMax: Int, expansionMax: Int) {
        self.slab = slab
        self.contentBytesMax = contentBytesMax
        self.expansionMax = expansionMax
    }

    /// Whether everything received was put out.
    var isDrained: Bool { inflater.isDrained }

    /// Whether what was received is a whole content.
    var isWhole: Bool { inflater.isWhole }

    /// Inflates some of the content into the slab.
    ///
    /// - Returns: how many bytes were taken.
    func inflate(_ content: Span<UInt8>) throws(Failure) -> Int {
        guard let slab else { return 0 }
        let before = slab.count
        var consumed = 0
        do throws(GzipInflater.Failure) {
            consumed = try slab.append { (output: inout OutputSpan<UInt8>) throws(GzipInflater.Failure) in
                try inflater.decode(content, into: &output)
            }
        } catch {
            throw .broken
        }
        receivedBytes += consumed
        inflatedBytes += slab.count - before
        if inflatedBytes > contentBytesMax { throw .tooLarge }
        if inflatedBytes > receivedBytes * expansionMax + Limits.expansionSlackBytes { throw .expandsTooMuch }
        return consumed
    }

    /// Ends the content, whole or not.
    ///
    /// - Returns: the slab.
    func end() -> Buffer? {
        inflater.reset()
        receivedBytes = 0
        inflatedBytes = 0
        holdsByte = false
        return slab.take()
    }
}
