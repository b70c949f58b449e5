/// Which library compresses, how hard and how far back it looks.
public enum EncoderKind: Equatable, Sendable {
    /// gzip by zlib, level `1 ... 9`.
    case zlib(level: Int)
    /// gzip by ISA-L, level `1 ... 3`; only where ``IGzipEncoder/isFast``.
    case igzip(level: Int)
    /// brotli, in levels and windows of ``BrotliEncoder``.
    case brotli(level: Int, windowBits: Int)
    /// zstd, in levels and windows of ``ZstdEncoder``.
    case zstd(level: Int, windowBits: Int)

    /// What it makes.
    public var coding: ContentCoding {
        switch self {
        case .zlib, .igzip: .gzip
        case .brotli: .brotli
        case .zstd: .zstd
        }
    }

    /// Bytes of memory that one encoder holds at most.
    public var memoryBytes: Int {
        switch self {
        case .zlib: GzipEncoder.memoryBytes
        case .igzip(let level): IGzipEncoder.memoryBytes(level: level)
        case .brotli(let level, let windowBits): BrotliEncoder.memoryBytes(level: level, windowBits: windowBits)
        case .zstd(let level, let windowBits): ZstdEncoder.memoryBytes(level: level, windowBits: windowBits)
        }
    }

    /// Makes an encoder at the beginning of a content.
    public func makeEncoder() -> any ContentEncoder {
        switch self {
        case .zlib(let level): GzipEncoder(level: level)
        case .igzip(let level): IGzipEncoder(level: level)
        case .brotli(let level, let windowBits): BrotliEncoder(level: level, windowBits: windowBits)
        case .zstd(let level, let windowBits): ZstdEncoder(level: level, windowBits: windowBits)
        }
    }
}
