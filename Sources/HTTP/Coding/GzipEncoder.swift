import Bytes
import CZlib

/// gzip (RFC 1952) by zlib: the portable engine.
///
/// Makes its memory once (``memoryBytes`` at memory level 8) and is reset between contents, so it allocates
/// nothing in use.
///
/// Safe because the stream is initialized before `init` returns and ended only in `deinit`, and because zlib is shown
/// the caller's spans only for the length of a call: it keeps no pointer into them that it reads later.
@safe
public final class GzipEncoder: ContentEncoder {
    /// zlib keeps a pointer back to the stream, so the stream lives at an address of its own.
    private let stream: UnsafeMutablePointer<z_stream>
    /// What it was made as.
    public let kind: EncoderKind

    /// Bytes that an encoder of the standard memory level holds: 64 KiB each for window, links, hashes and symbols, and
    /// zlib's state.
    public static let memoryBytes = 268 * 1024

    /// Makes an encoder.
    ///
    /// - Parameters:
    ///   - level: `1 ... 9`.
    ///   - memoryLevel: `1 ... 9`, zlib's `memLevel`. 8, its default, is the fastest at level 1: 524 µs for an HTML
    ///     page of 88 KB, with 7 545 µs and with 9 568 µs, all for the same bytes.
    public init(level: Int = 1, memoryLevel: Int = 8) {
        precondition(level >= 1 && level <= 9 && memoryLevel >= 1 && memoryLevel <= 9, "zlib has levels 1 to 9")
        kind = .zlib(level: level)
        unsafe stream = .allocate(capacity: 1)
        unsafe stream.initialize(to: z_stream())
        // 15 for the largest window, 16 for the gzip frame.
        let result = unsafe CZlib_deflateInit2(stream, Int32(level), 15 + 16, Int32(memoryLevel))
        precondition(result == Z_OK, "no memory for a compressor")
    }

    deinit {
        unsafe deflateEnd(stream)
        unsafe stream.deallocate()
    }

    /// Begins a new content; what was not put out of the old one is forgotten.
    public func reset() {
        let result = unsafe deflateReset(stream)
        precondition(result == Z_OK, "a compressor that was made can be reset")
    }

    /// Compresses input into the room of `output`; see ``ContentEncoder/encode(_:flush:into:)``.
    public func encode(
        _ input: Span<UInt8>, flush: EncoderFlush, into output: inout OutputSpan<UInt8>
    ) -> EncoderProgress {
        var result = Z_OK
        guard let left = unsafe stream.show(input, &output, run: { result = unsafe deflate(stream, Self.mode(flush)) })
        else { return EncoderProgress(consumed: 0, isDone: false) }
        // Z_BUF_ERROR: there was nothing to do, as after a flush that had just filled the room.
        precondition(result == Z_OK || result == Z_STREAM_END || result == Z_BUF_ERROR, "the stream is intact")
        let hasRoom = unsafe stream.pointee.avail_out > 0
        let isDone = flush == .finish ? result == Z_STREAM_END : left == 0 && (hasRoom || flush == .none)
        return EncoderProgress(consumed: input.count - left, isDone: isDone)
    }

    private static func mode(_ flush: EncoderFlush) -> Int32 {
        switch flush {
        case .none: Z_NO_FLUSH
        case .sync: Z_SYNC_FLUSH
        case .finish: Z_FINISH
        }
    }
}
