import Model

/// Decodes `compression`.
enum CompressionDecoder {
    /// Decodes what stands there; the default where nothing does.
    ///
    /// - Parameter knowsProcessor: whether the processor is one that igzip is written for.
    static func decode(_ slot: Slot?, knowsProcessor: Bool) -> CompressionConfiguration {
        var compression = CompressionConfiguration()
        guard let section = slot?.section() else { return compression }
        section.read(CompressionConfiguration.schema, into: &compression)
        if compression.engine == .igzip { checkIGzip(section, compression, knowsProcessor: knowsProcessor) }
        for (key, effort) in [("brotli", compression.brotli), ("zstd", compression.zstd)] {
            guard effort.windowBytes.nonzeroBitCount != 1 else { continue }
            refuse(section[key]?.section()?["window"], effort.windowBytes)
        }
        return compression
    }

    private static func checkIGzip(
        _ section: Section, _ compression: CompressionConfiguration, knowsProcessor: Bool
    ) {
        if !knowsProcessor {
            section["engine"]?.complain(
                "this processor lacks what igzip needs (x86-64 with AVX2 and PCLMUL)",
                cure: .write("zlib", ", or leave it out to have each machine choose"))
        }
        if let level = compression.level, level > CompressionConfiguration.igzipLevelMax {
            section["level"]?.complain(
                "igzip has levels 1 to \(CompressionConfiguration.igzipLevelMax), found \(level)",
                cure: .write("\(CompressionConfiguration.igzipLevelMax)", ", or engine: zlib"))
        }
    }

    private static func refuse(_ slot: Slot?, _ windowBytes: Int) {
        let below = 1 << (Int.bitWidth - 1 - windowBytes.leadingZeroBitCount)
        slot?.complain(
            "\(Quantity.written(windowBytes, as: .bytes)) is no power of two",
            cure: .write(
                Quantity.written(below, as: .bytes), " or \(Quantity.written(2 * below, as: .bytes))"))
    }
}
