/// Which answers are compressed, with what, and how hard.
public struct CompressionConfiguration: Sendable, Equatable {
    /// A content coding, by its registered name.
    public enum Coding: String, Sendable, CaseIterable {
        case gzip, br, zstd
    }

    /// A library that makes gzip.
    public enum Engine: String, Sendable, CaseIterable {
        /// ISA-L's, on processors that it is written for.
        case igzip
        /// The portable one.
        case zlib
    }

    /// Whether anything is compressed.
    public var isEnabled = true
    /// What answers may be coded with, the preferred one first; at least one, none twice.
    public var codings: [Coding] = [.gzip]
    /// Bytes of the shortest answer that is compressed; an answer of unknown length always is.
    public var minimumLengthBytes = 1_024
    /// What makes gzip; `nil`: igzip where the processor is known and the level allows it, else zlib.
    public var engine: Engine?
    /// The level of gzip, `1 ... 9`, of igzip `1 ... 3`; `nil`: 2 with igzip, 1 with zlib.
    public var level: Int?
    /// How hard brotli tries and how far it looks back.
    ///
    /// Level 5 with a window of 64 KiB takes 1.9 ms and 20,033 bytes for a page of 100 KB, in 1,024 KiB; igzip takes
    /// 0.16 ms and 22,645 bytes.
    public var brotli = Effort(level: 5, windowBytes: 64 << 10)
    /// How hard zstd tries and how far it looks back.
    ///
    /// Level 2 with a window of 64 KiB takes 0.24 ms and 21,481 bytes for the same page, in 713 KiB.
    public var zstd = Effort(level: 2, windowBytes: 64 << 10)
    /// The media types that are compressed, lower case without parameters; `text/*` is every type that starts with
    /// `text/`, `application/*+json` every one that starts and ends so.
    public var types = CompressionConfiguration.typesDefault
    /// Whether answers to other sites' requests that may tell a session's secrets by their length are left alone.
    public var guardsAgainstBreach = false

    /// Level and window of a coding that looks back as far as it is told to.
    public struct Effort: Sendable, Equatable {
        /// How hard it tries.
        public var level: Int
        /// Bytes that it looks back, a power of two.
        public var windowBytes: Int

        /// Makes a pair of level and window.
        public init(level: Int, windowBytes: Int) {
            self.level = level
            self.windowBytes = windowBytes
        }
    }

    /// The types where none are declared: what is text in its heart. Event streams (`text/event-stream`) are among
    /// them, since the encoder is flushed at every pause of the member.
    public static let typesDefault = [
        "text/*", "application/javascript", "application/json", "application/*+json", "application/xml",
        "application/*+xml", "application/wasm", "application/vnd.ms-fontobject", "font/ttf", "font/otf",
        "image/svg+xml", "image/x-icon", "image/bmp",
    ]

    /// Makes the default compression.
    public init() {}

    /// The greatest level that igzip has.
    public static let igzipLevelMax = 3
    /// The levels that brotli has, as far as they are of use here.
    public static let brotliLevels = 2...6
    /// The levels that zstd has likewise.
    public static let zstdLevels = 1...6
    /// How many bytes both look back.
    public static let windowBytes = 16 << 10...1 << 20

    /// The keys of `compression`.
    public static let schema = Schema<CompressionConfiguration>(
        "Which answers are compressed, with what, and how hard.", of: CompressionConfiguration(),
        others: .compression,
        [
            Field("enabled", \.isEnabled, .boolean(), "whether anything is compressed"),
            Field(
                "codings", \.codings, .list(.choice(others: .codings)),
                "what answers may be coded with, the preferred first where a client likes several as much; gzip alone "
                    + "if left out"),
            Field(
                "minimum-length", \.minimumLengthBytes, .bytes(0...1 << 30),
                "the shortest answer that is compressed; one of unknown length always is"),
            Field(
                "engine", \.engine, .choice(),
                "what makes gzip; igzip where the processor has AVX2 and PCLMUL and level is 3 at most, else zlib, if "
                    + "left out"),
            Field(
                "level", \.level, .count(1...9),
                "how hard gzip tries; igzip has 1 to 3 and takes 2 if left out, zlib 1 to 9 and takes 1"),
            Field("brotli", \.brotli, .table(brotliSchema), "how hard brotli tries and how far it looks back"),
            Field("zstd", \.zstd, .table(zstdSchema), "how hard zstd tries and how far it looks back"),
            Field(
                "types", \.types, .list(.text(.mediaType)), "the media types that are compressed, such as text/*"),
            Field(
                "breach-guard", \.guardsAgainstBreach, .boolean(),
                "do not compress a session's answers to other sites' requests for more than / or with content"),
        ])

    /// The keys of `compression.brotli`.
    public static let brotliSchema = Effort.schema("brotli", levels: brotliLevels, CompressionConfiguration().brotli)
    /// The keys of `compression.zstd`.
    public static let zstdSchema = Effort.schema("zstd", levels: zstdLevels, CompressionConfiguration().zstd)
}

extension CompressionConfiguration.Effort {
    fileprivate static func schema(
        _ coding: String, levels: ClosedRange<Int>, _ standard: CompressionConfiguration.Effort
    ) -> Schema<CompressionConfiguration.Effort> {
        Schema(
            "How hard \(coding) tries and how far it looks back.", of: standard,
            [
                Field("level", \.level, .count(levels), "how hard \(coding) tries"),
                Field(
                    "window", \.windowBytes, .bytes(CompressionConfiguration.windowBytes),
                    "how far \(coding) looks back, a power of two"),
            ])
    }
}
