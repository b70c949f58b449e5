import Bytes
import CBrotli

/// brotli (RFC 7932) by Google's library.
///
/// The library gathers what it takes in a block, and with the block grows its memory: to 5 MiB at level 4. So a block
/// ends here after 16 KiB, which costs a page of 100 KB 1.2 % (20,033 bytes against 19,797 at level 5) and bounds the
/// memory. Levels 0 and 1 are left out because they are weaker than igzip, those from 7 on because they are for files
/// that are compressed once.
///
/// The library cannot reset a state, so each content begins a new one, in memory that is kept.
///
/// Safe because the state is ended before its memory, and because the library is shown the caller's spans only for the
/// length of a call: it copies its input.
@safe
public final class BrotliEncoder: ContentEncoder {
    /// What it was made as.
    public let kind: EncoderKind
    private let level: Int
    private let windowBits: Int
    private let memory: BrotliMemory
    private var state: OpaquePointer
    /// Bytes of the block that has begun.
    private var blockBytes = 0
    /// Whether the block's end is not out yet; until then the library takes nothing.
    private var isFlushing = false

    /// The levels that are allowed.
    public static let levels = 2...6
    /// The windows that are allowed, as powers of two.
    public static let windowBits = 14...20
    /// Bytes after which a block ends.
    static let blockBytesMax = 16 * 1024

    /// Bytes that an encoder holds at most: the ring buffer of twice the window, and what was measured beside it over
    /// text, pages, random bytes and zeros, rounded up. The hashes grow with windows of more than 64 KiB.
    public static func memoryBytes(level: Int, windowBits: Int) -> Int {
        let ring = 2 << max(windowBits, 16)
        let isWide = windowBits > 16
        let others =
            switch level {
            case 2, 3: 544
            case 4: 896
            case 5: isWide ? 1_440 : 896
            default: isWide ? 2_464 : 896
            }
        return ring + others * 1024
    }

    /// Makes an encoder.
    ///
    /// - Parameters:
    ///   - level: one of ``levels``.
    ///   - windowBits: one of ``windowBits``.
    public init(level: Int, windowBits: Int) {
        precondition(Self.levels.contains(level) && Self.windowBits.contains(windowBits), "outside of what is allowed")
        kind = .brotli(level: level, windowBits: windowBits)
        self.level = level
        self.windowBits = windowBits
        memory = BrotliMemory(bytesMax: Self.memoryBytes(level: level, windowBits: windowBits))
        unsafe state = Self.makeState(memory, level: level, windowBits: windowBits)
    }

    deinit {
        unsafe BrotliEncoderDestroyInstance(state)
    }

    /// The most memory that the library has used at once, and how often it was allocated from the heap.
    public var usage: (bytesMax: Int, allocations: Int) { (memory.usedBytesMax, memory.allocations) }

    private static func makeState(_ memory: BrotliMemory, level: Int, windowBits: Int) -> OpaquePointer {
        guard let state = unsafe memory.makeState() else { preconditionFailure("no memory for a compressor") }
        let isSet = unsafe BrotliEncoderSetParameter(state, BROTLI_PARAM_QUALITY, UInt32(level)) != 0
        let isWindowSet = unsafe BrotliEncoderSetParameter(state, BROTLI_PARAM_LGWIN, UInt32(windowBits)) != 0
        precondition(isSet && isWindowSet, "a new state takes its parameters")
        return unsafe state
    }

    /// Begins a new content; what was not put out of the old one is forgotten.
    public func reset() {
        unsafe BrotliEncoderDestroyInstance(state)
        unsafe state = Self.makeState(memory, level: level, windowBits: windowBits)
        blockBytes = 0
        isFlushing = false
    }

    /// Compresses input into the room of `output`; see ``ContentEncoder/encode(_:flush:into:)``.
    public func encode(
        _ input: Span<UInt8>, flush: EncoderFlush, into output: inout OutputSpan<UInt8>
    ) -> EncoderProgress {
        var consumed = 0
        while true {
            if isFlushing, !endBlock(into: &output) { return EncoderProgress(consumed: consumed, isDone: false) }
            if consumed < input.count {
                let wanted = min(input.count - consumed, Self.blockBytesMax - blockBytes)
                let piece = input.extracting(consumed..<(consumed + wanted))
                let taken = run(BROTLI_OPERATION_PROCESS, piece, into: &output)
                consumed += taken
                blockBytes += taken
                if taken < wanted { return EncoderProgress(consumed: consumed, isDone: false) }
                isFlushing = blockBytes == Self.blockBytesMax
                continue
            }
            switch flush {
            case .none: return EncoderProgress(consumed: consumed, isDone: true)
            case .sync where blockBytes == 0: return EncoderProgress(consumed: consumed, isDone: true)
            case .sync: isFlushing = true
            case .finish:
                _ = run(BROTLI_OPERATION_FINISH, Span(), into: &output)
                let isDone = unsafe BrotliEncoderIsFinished(state) != 0
                return EncoderProgress(consumed: consumed, isDone: isDone)
            }
        }
    }

    /// Puts out the block.
    ///
    /// - Returns: whether all of it is out.
    private func endBlock(into output: inout OutputSpan<UInt8>) -> Bool {
        _ = run(BROTLI_OPERATION_FLUSH, Span(), into: &output)
        guard unsafe BrotliEncoderHasMoreOutput(state) == 0 else { return false }
        isFlushing = false
        blockBytes = 0
        return true
    }

    /// Calls the library.
    ///
    /// - Returns: how many bytes of input were taken.
    private func run(
        _ operation: BrotliEncoderOperation, _ input: Span<UInt8>, into output: inout OutputSpan<UInt8>
    ) -> Int {
        unsafe input.withUnsafeBufferPointer { source in
            unsafe output.withUnsafeMutableBufferPointer { target, initializedCount in
                var left = source.count
                var next = source.baseAddress
                var room = target.count - initializedCount
                var end = unsafe target.baseAddress.map { unsafe $0 + initializedCount }
                let before = room
                let isIntact = unsafe BrotliEncoderCompressStream(state, operation, &left, &next, &room, &end, nil)
                precondition(isIntact != 0, "the stream is intact")
                initializedCount += before - room
                return source.count - left
            }
        }
    }
}
