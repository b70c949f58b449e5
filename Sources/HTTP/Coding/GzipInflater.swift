import Bytes
import CZlib

/// Decompresses one gzip content after another (RFC 1952) with zlib.
///
/// A content may have several members, which follow each other at once; whatever else follows one is refused. Makes its
/// memory at the first content and keeps it. Belongs to one worker.
///
/// Safe because the stream is initialized before `init` returns and ended only in `deinit`, and because zlib is shown
/// the caller's spans only for the length of a call.
@safe
public final class GzipInflater {
    /// zlib keeps a pointer back to the stream, so the stream lives at an address of its own.
    private let stream: UnsafeMutablePointer<z_stream>
    /// Whether what was taken is a whole content: the last byte has ended a member.
    public private(set) var isWhole = false
    /// Whether all that was taken is put out; if not, there is more to put out without further input.
    public private(set) var isDrained = true

    /// Bytes that it holds: zlib's window of 32 KiB and its state and tables.
    public static let memoryBytes = 48 * 1024

    /// What was given is no gzip, or does not have the checksum that it says.
    public enum Failure: Error, Equatable {
        case malformed
    }

    /// Makes an inflater at the beginning of a content.
    public init() {
        unsafe stream = .allocate(capacity: 1)
        unsafe stream.initialize(to: z_stream())
        // 15 for the largest window, 16 for the gzip frame.
        let result = unsafe CZlib_inflateInit2(stream, 15 + 16)
        precondition(result == Z_OK, "no memory for a decompressor")
    }

    deinit {
        unsafe inflateEnd(stream)
        unsafe stream.deallocate()
    }

    /// Begins a new content.
    public func reset() {
        isWhole = false
        isDrained = true
        let result = unsafe inflateReset(stream)
        precondition(result == Z_OK, "a decompressor that was made can be reset")
    }

    /// Decompresses input into the room of `output`, until one of them is used up.
    ///
    /// - Returns: how many bytes of input were taken.
    /// - Throws: that the content is broken; after it only ``reset()``.
    public func decode(_ input: Span<UInt8>, into output: inout OutputSpan<UInt8>) throws(Failure) -> Int {
        var isIntact = true
        guard let left = unsafe stream.show(input, &output, run: { isIntact = run() }) else { return 0 }
        guard isIntact else { throw .malformed }
        isDrained = unsafe stream.pointee.avail_out > 0
        return input.count - left
    }

    /// - Returns: whether all is well.
    private func run() -> Bool {
        while true {
            if isWhole {
                guard unsafe stream.pointee.avail_in > 0 else { return true }
                isWhole = false
                unsafe inflateReset(stream)
            }
            switch unsafe inflate(stream, Z_NO_FLUSH) {
            case Z_STREAM_END: isWhole = true
            // Nothing to do: no input, or no room.
            case Z_BUF_ERROR: return true
            case Z_OK: if unsafe stream.pointee.avail_in == 0 || stream.pointee.avail_out == 0 { return true }
            default: return false
            }
        }
    }
}
