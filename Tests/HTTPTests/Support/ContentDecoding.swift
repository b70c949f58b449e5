import HTTP

/// A reference decoder of a content coding, fed in pieces.
protocol ContentDecoding: AnyObject {
    /// Whether the coded content's end was read.
    var hasEnded: Bool { get }
    /// Reads all of the bytes; `nil` when they are not of the coding, or when something follows the end.
    func decode(_ bytes: [UInt8]) -> [UInt8]?
}

extension ContentCoding {
    /// A decoder of it by the library that defines it.
    func makeDecoder() -> any ContentDecoding {
        switch self {
        case .gzip: Decompressor()
        case .brotli: BrotliDecompressor()
        case .zstd: ZstdDecompressor()
        }
    }
}
