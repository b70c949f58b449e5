import Forwarding

/// Decodes `compression`.
enum CompressionDecoder {
    /// Decodes what stands there; the default where nothing does.
    ///
    /// - Parameter knowsProcessor: whether the processor is one that igzip is written for.
    static func decode(_ slot: Slot?, knowsProcessor: Bool) -> CompressionConfiguration {
        guard let section = slot?.section() else { return CompressionConfiguration() }
        let types = section["types"]?.items { (try? Words.mediaType($0)) != nil }?.compactMap {
            $0.parsed(Words.mediaType)
        }
        var compression = CompressionConfiguration(
            isEnabled: section.boolean("enabled"), minimumLengthBytes: section.value("minimum-length"),
            level: section.declared("level"), types: types ?? CompressionConfiguration.typesDefault,
            guardsAgainstBreach: section.boolean("breach-guard"))
        if let codings = codings(section["codings"]) { compression.codings = codings }
        compression.engine = engine(section, level: compression.level, knowsProcessor: knowsProcessor)
        compression.brotli = effort(section["brotli"]) ?? compression.brotli
        compression.zstd = effort(section["zstd"]) ?? compression.zstd
        return compression
    }

    private static func codings(_ slot: Slot?) -> [CompressionConfiguration.Coding]? {
        guard let items = slot?.items() else { return nil }
        var codings: [CompressionConfiguration.Coding] = []
        for item in items {
            guard let coding = item.choice().flatMap(CompressionConfiguration.Coding.init) else { continue }
            if codings.contains(coding) {
                item.complain("\(coding.rawValue.quoted) is there twice", cure: .takeAway("take one away"))
            } else {
                codings.append(coding)
            }
        }
        return codings
    }

    private static func engine(
        _ section: Section, level: Int?, knowsProcessor: Bool
    ) -> CompressionConfiguration.Engine? {
        guard let slot = section["engine"] else { return nil }
        guard let engine = slot.choice().flatMap(CompressionConfiguration.Engine.init) else { return nil }
        if engine == .igzip {
            if !knowsProcessor {
                slot.complain(
                    "this processor lacks what igzip needs (x86-64 with AVX2 and PCLMUL)",
                    cure: .write("zlib", ", or leave it out to have each machine choose"))
            }
            if let level, level > CompressionConfiguration.igzipLevelMax {
                section["level"]?.complain(
                    "igzip has levels 1 to \(CompressionConfiguration.igzipLevelMax), found \(level)",
                    cure: .write("\(CompressionConfiguration.igzipLevelMax)", ", or engine: zlib"))
            }
        }
        return engine
    }

    private static func effort(_ slot: Slot?) -> CompressionConfiguration.Effort? {
        guard let section = slot?.section() else { return nil }
        var window = section.value("window")
        if window.nonzeroBitCount != 1 {
            let below = 1 << (Int.bitWidth - 1 - window.leadingZeroBitCount)
            section["window"]?.complain(
                "\(Quantity.written(window, as: .bytes)) is no power of two",
                cure: .write(
                    Quantity.written(below, as: .bytes), " or \(Quantity.written(2 * below, as: .bytes))"))
            window = below
        }
        return CompressionConfiguration.Effort(level: section.value("level"), windowBytes: window)
    }
}
