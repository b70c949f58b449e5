import Bytes
import CZstd

/// zstd (RFC 8878) by its own library.
///
/// The library makes its memory at the first content and keeps it, as every content has the same parameters. Level 2
/// with a window of 64 KiB takes 235 µs and 21,481 bytes for a page of 100 KB, in 713 KiB; level 3 330 µs and 20,750
/// bytes in 1,225 KiB. Levels from 7 on take 6 MiB and more.
///
/// Safe because the context lives from `init` to `deinit`, and because the library is shown the caller's spans only for
/// the length of a call: it copies its input.
@safe
public final class ZstdEncoder: ContentEncoder {
    /// What it was made as.
    public let kind: EncoderKind
    private let context: OpaquePointer
    /// Whether everything taken was put out.
    private var isFlushed = true

    /// The levels that are allowed.
    public static let levels = 1...6
    /// The windows that are allowed, as powers of two; RFC 9659 has clients look back 8 MiB at most.
    public static let windowBits = 14...20

    /// Bytes that an encoder holds: the library is asked, with a context that has begun.
    public static func memoryBytes(level: Int, windowBits: Int) -> Int {
        let encoder = ZstdEncoder(level: level, windowBits: windowBits)
        _ = [UInt8](capacity: 64) { (output: inout OutputSpan<UInt8>) in
            _ = encoder.encode(Span(), flush: .finish, into: &output)
            encoder.reset()
            let byte: InlineArray<1, UInt8> = [0]
            _ = encoder.encode(byte.span, flush: .none, into: &output)
        }
        return encoder.heldBytes
    }

    /// Makes an encoder.
    ///
    /// - Parameters:
    ///   - level: one of ``levels``.
    ///   - windowBits: one of ``windowBits``.
    public init(level: Int, windowBits: Int) {
        precondition(Self.levels.contains(level) && Self.windowBits.contains(windowBits), "outside of what is allowed")
        kind = .zstd(level: level, windowBits: windowBits)
        guard let context = unsafe ZSTD_createCCtx() else { preconditionFailure("no memory for a compressor") }
        unsafe self.context = unsafe context
        let level = unsafe ZSTD_CCtx_setParameter(context, ZSTD_c_compressionLevel, Int32(level))
        let window = unsafe ZSTD_CCtx_setParameter(context, ZSTD_c_windowLog, Int32(windowBits))
        precondition(ZSTD_isError(level) == 0 && ZSTD_isError(window) == 0, "a new context takes its parameters")
    }

    deinit {
        unsafe ZSTD_freeCCtx(context)
    }

    /// Bytes that the library says it holds.
    public var heldBytes: Int { unsafe ZSTD_sizeof_CCtx(context) }

    /// Begins a new content; what was not put out of the old one is forgotten.
    public func reset() {
        let result = unsafe ZSTD_CCtx_reset(context, ZSTD_reset_session_only)
        precondition(ZSTD_isError(result) == 0, "a context can be reset")
        isFlushed = true
    }

    /// Compresses input into the room of `output`; see ``ContentEncoder/encode(_:flush:into:)``.
    public func encode(
        _ input: Span<UInt8>, flush: EncoderFlush, into output: inout OutputSpan<UInt8>
    ) -> EncoderProgress {
        if flush == .sync, input.isEmpty, isFlushed { return EncoderProgress(consumed: 0, isDone: true) }
        return unsafe input.withUnsafeBufferPointer { source in
            unsafe output.withUnsafeMutableBufferPointer { target, initializedCount in
                var taken = unsafe ZSTD_inBuffer(src: source.baseAddress, size: source.count, pos: 0)
                var room = unsafe ZSTD_outBuffer(
                    dst: target.baseAddress, size: target.count, pos: initializedCount)
                let left = unsafe run(flush, &taken, &room)
                initializedCount = unsafe room.pos
                let consumed = unsafe taken.pos
                if consumed > 0 { isFlushed = false }
                let isDone = consumed == source.count && (flush == .none || left == 0)
                if flush == .sync { isFlushed = isDone }
                return EncoderProgress(consumed: consumed, isDone: isDone)
            }
        }
    }

    /// Calls the library until it has taken everything or has no room.
    ///
    /// - Returns: bytes that it would put out now if it had the room.
    private func run(
        _ flush: EncoderFlush, _ input: inout ZSTD_inBuffer, _ output: inout ZSTD_outBuffer
    ) -> Int {
        let directive =
            switch flush {
            case .none: ZSTD_e_continue
            case .sync: ZSTD_e_flush
            case .finish: ZSTD_e_end
            }
        while true {
            let left = unsafe ZSTD_compressStream2(context, &output, &input, directive)
            precondition(ZSTD_isError(left) == 0, "the stream is intact")
            let isOver = unsafe input.pos == input.size && (flush == .none || left == 0)
            if unsafe isOver || output.pos == output.size { return left }
        }
    }
}
