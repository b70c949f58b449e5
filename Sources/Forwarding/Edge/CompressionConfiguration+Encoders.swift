import HTTP
import Model

extension CompressionConfiguration {
    /// Whether this processor is one that igzip is written for.
    public static var knowsProcessor: Bool { IGzipEncoder.isFast }

    /// What compresses, the preferred first; nothing where compression is off.
    func kinds(knowsProcessor: Bool = CompressionConfiguration.knowsProcessor) -> [EncoderKind] {
        guard isEnabled else { return [] }
        return codings.map { coding in
            switch coding {
            case .gzip: gzipKind(knowsProcessor: knowsProcessor)
            case .br: .brotli(level: brotli.level, windowBits: brotli.windowBytes.trailingZeroBitCount)
            case .zstd: .zstd(level: zstd.level, windowBits: zstd.windowBytes.trailingZeroBitCount)
            }
        }
    }

    private func gzipKind(knowsProcessor: Bool) -> EncoderKind {
        let isLevelKnown = (level ?? 1) <= Self.igzipLevelMax
        if engine == .igzip || engine == nil && knowsProcessor && isLevelKnown { return .igzip(level: level ?? 2) }
        return .zlib(level: level ?? 1)
    }

    /// Bytes that the largest of its encoders holds at most, whatever the processor; 0 where compression is off.
    public var encoderBytesMax: Int {
        let kinds = kinds(knowsProcessor: true) + kinds(knowsProcessor: false)
        return kinds.map(\.memoryBytes).max() ?? 0
    }
}
