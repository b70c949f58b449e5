import HTTP

extension CompressionConfiguration {
    /// `compression.minimum-length`.
    public static let minimumLengthSetting = Setting(
        "minimum-length", .bytes, 0...1 << 30, standard: 1_024,
        "the shortest answer that is compressed; one of unknown length always is")
    /// `compression.level`.
    public static let levelSetting = Setting(
        "level", .count, 1...9, standard: nil,
        "how hard gzip tries; igzip has 1 to 3 and takes 2 if left out, zlib 1 to 9 and takes 1")
    /// The greatest level that igzip has.
    public static let igzipLevelMax = IGzipEncoder.levels.upperBound

    /// `compression.brotli.level`.
    ///
    /// Level 5 with a window of 64 KiB takes 1.9 ms and 20,033 bytes for a page of 100 KB, in 1,024 KiB; igzip takes
    /// 0.16 ms and 22,645 bytes.
    public static let brotliLevelSetting = Setting(
        "level", .count, BrotliEncoder.levels, standard: 5, "how hard brotli tries")
    /// `compression.brotli.window`.
    public static let brotliWindowSetting = Setting(
        "window", .bytes, 1 << BrotliEncoder.windowBits.lowerBound...1 << BrotliEncoder.windowBits.upperBound,
        standard: 64 << 10, "how far brotli looks back, a power of two")
    /// `compression.zstd.level`.
    ///
    /// Level 2 with a window of 64 KiB takes 0.24 ms and 21,481 bytes for the same page, in 713 KiB.
    public static let zstdLevelSetting = Setting(
        "level", .count, ZstdEncoder.levels, standard: 2, "how hard zstd tries")
    /// `compression.zstd.window`.
    public static let zstdWindowSetting = Setting(
        "window", .bytes, 1 << ZstdEncoder.windowBits.lowerBound...1 << ZstdEncoder.windowBits.upperBound,
        standard: 64 << 10, "how far zstd looks back, a power of two")

    /// `compression.brotli` where it is left out.
    public static let brotliDefault = Effort(
        level: brotliLevelSetting.value, windowBytes: brotliWindowSetting.value)
    /// `compression.zstd` where it is left out.
    public static let zstdDefault = Effort(level: zstdLevelSetting.value, windowBytes: zstdWindowSetting.value)

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
