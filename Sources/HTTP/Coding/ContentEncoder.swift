/// Compresses one content after another to a content coding.
///
/// Makes its memory once, in bounds that its ``EncoderKind`` states, and is reset between contents. What was taken is
/// put out by a flush at the latest; a flush without anything new since the one before adds no byte. Belongs to one
/// worker, which keeps a few.
public protocol ContentEncoder: AnyObject {
    /// What it was made as.
    var kind: EncoderKind { get }

    /// Begins a new content; what was not put out of the old one is forgotten.
    func reset()

    /// Compresses input into the room of `output`.
    ///
    /// - Parameters:
    ///   - input: may be empty, to flush or to finish. After a call that was not done with `.sync` or `.finish`, the
    ///     rest of the same input.
    ///   - flush: `.finish` once, at the end; after it only ``reset()``.
    ///   - output: room; more than 6 bytes, or a flush of zlib's may repeat itself.
    func encode(_ input: Span<UInt8>, flush: EncoderFlush, into output: inout OutputSpan<UInt8>) -> EncoderProgress
}

/// What is to be done beside compressing.
public enum EncoderFlush: UInt8, Sendable {
    /// Nothing: the encoder puts out what it likes, when it likes.
    case none
    /// Everything taken so far is put out, so that a client can read it (the member pauses).
    case sync
    /// The content ends here.
    case finish
}

/// What a call of an encoder has done.
public struct EncoderProgress: Equatable, Sendable {
    /// Bytes of input taken.
    public let consumed: Int
    /// Whether all input was taken and all that was asked for is put out; if not, call again with more room, the rest
    /// of the input, and the same flush.
    public let isDone: Bool
}
